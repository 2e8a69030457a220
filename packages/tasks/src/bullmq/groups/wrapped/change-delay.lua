-- Somebody sets another delay, counted from now: by Redis' clock, whatever the caller's says.
local args = { unpack(ARGV) }
args[2] = tasks.nowText()
return stock.changeDelay(KEYS, args)
