-- Writes down that tasks are to be acted on; see bulk-acts.ts. Nothing is done to any of them yet.
-- ARGV[1] name      its id
-- ARGV[2] request   JSON
-- ARGV[3] most      how many may go on at the same time
-- returns 1, or 0 where as many go on as may

local key, now = BULK_ACT .. ARGV[1], tasks.nowText()
if call("ZCARD", BULK_RUNNING) >= tonumber(ARGV[3]) then return 0 end
call("HSET", key, "request", ARGV[2], "status", "running", "beganAtMs", now, "done", "0", "skipped", "0", "place", "")
call("PEXPIRE", key, BULK_KEPT_MS)
call("ZADD", BULK_RUNNING, now, ARGV[1])
call("ZADD", BULK_NEWEST, now, ARGV[1])
call("ZREMRANGEBYRANK", BULK_NEWEST, "0", tasks.whole(-1 - BULK_LISTED))
call("PEXPIRE", BULK_NEWEST, BULK_KEPT_MS)
return 1
