-- An idle worker asks for a task.
return tasks.fetch(KEYS, ARGV)
