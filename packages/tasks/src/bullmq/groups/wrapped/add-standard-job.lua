-- A task without priority comes in.
return tasks.add(stock.addStandardJob, KEYS, ARGV)
