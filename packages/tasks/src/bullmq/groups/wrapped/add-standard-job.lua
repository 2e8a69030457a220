-- A task without priority comes in.
return add(stock.addStandardJob, KEYS, ARGV)
