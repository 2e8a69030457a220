-- A task with a priority within its group comes in.
return tasks.add(stock.addPrioritizedJob, KEYS, ARGV)
