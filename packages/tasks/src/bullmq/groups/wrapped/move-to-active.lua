-- An idle worker asks for a task.
return fetch(KEYS, ARGV)
