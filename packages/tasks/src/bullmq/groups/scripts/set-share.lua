-- Sets how many tasks of a handler run at the same time.
-- ARGV[1] handler
-- ARGV[2] concurrency   0: as many as can
-- ARGV[3] mayRaise      0: only where it is less than what holds now
-- returns 1, or 0 when all is as it was

local handler, concurrency = ARGV[1], ARGV[2]
local now = call("HGET", SHARES, handler) or "0"
if now == concurrency then return 0 end
local isRaise = concurrency == "0" or now ~= "0" and tonumber(concurrency) > tonumber(now)
if isRaise and ARGV[3] ~= "1" then return 0 end
if concurrency == "0" then call("HDEL", SHARES, handler) else call("HSET", SHARES, handler, concurrency) end
return 1
