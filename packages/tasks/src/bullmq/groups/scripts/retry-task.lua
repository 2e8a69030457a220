-- Enqueues a failed task again, at the end of its group and with all its attempts.
-- ARGV[1] id
-- ARGV[2] note   JSON, see past-act.ts
-- returns what tasks.retryTask does, and the record as JSON, or false

local verdict = tasks.retryTask(ARGV[1], ARGV[2])
local record = tasks.readRecord(ARGV[1])
return { verdict, record and tasks.jsonOf(record) or false }
