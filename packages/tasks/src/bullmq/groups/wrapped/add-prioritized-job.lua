-- A task with a priority within its group comes in.
return add(stock.addPrioritizedJob, KEYS, ARGV)
