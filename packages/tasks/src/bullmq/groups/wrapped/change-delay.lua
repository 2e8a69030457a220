-- Somebody sets another delay, counted from now: by Redis' clock, whatever the caller's says.
local args = { unpack(ARGV) }
args[2] = tasks.nowText()
local reply = stock.changeDelay(KEYS, args)
local due = reply == 0 and call("ZSCORE", DELAYED, args[3])
if due then call("ZADD", RETRYING, "XX", due, args[3]) end
return reply
