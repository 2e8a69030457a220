-- Ends a bulk act where it is. What was done stays done; one that is over stays as it is.
-- ARGV[1] name   its id

local key = BULK_ACT .. ARGV[1]
if call("HGET", key, "status") == "running" then call("HSET", key, "status", "aborted", "endedAtMs", tasks.nowText()) end
call("ZREM", BULK_RUNNING, ARGV[1])
