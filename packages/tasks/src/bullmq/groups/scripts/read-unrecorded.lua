-- The record that a task will begin with: it has none before its first attempt where its producer is not ours. Nothing is written.
-- ARGV[1] id
-- returns the record as JSON, or false where nothing waits or runs

local id = ARGV[1]
local record = tasks.readRecord(id)
if record then return tasks.jsonOf(record) end
-- What is over has had one, which has gone by its age.
if not tasks.isJob(id) or call("HEXISTS", QUEUE .. id, "finishedOn") == 1 then return false end
return recordJson(tasks.newRecord(id, "queued", tasks.bornOf(id)), "0")
