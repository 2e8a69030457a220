-- Sets how many tasks of a handler run at the same time.
-- ARGV[1] handler
-- ARGV[2] concurrency   0: as many as can
-- returns 1, or 0 when all is as it was

local handler, concurrency = ARGV[1], ARGV[2]
if (call("HGET", SHARES, handler) or "0") == concurrency then return 0 end
if concurrency == "0" then call("HDEL", SHARES, handler) else call("HSET", SHARES, handler, concurrency) end
return 1
