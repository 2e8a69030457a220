-- A task comes in that is not due yet; it enters its group when it is.
return tasks.add(stock.addDelayedJob, KEYS, ARGV)
