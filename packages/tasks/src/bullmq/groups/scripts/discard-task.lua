-- Takes a dead letter out of the queue for good.
-- ARGV[1] id
-- ARGV[2] note   JSON, see past-act.ts
-- returns what tasks.discardTask does, and the record as JSON, or false

local verdict = tasks.discardTask(ARGV[1], ARGV[2])
local record = tasks.readRecord(ARGV[1])
return { verdict, record and tasks.jsonOf(record) or false }
