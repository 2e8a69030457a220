-- Ends a task wherever it is. A worker that runs it is told.
-- ARGV[1] id
-- ARGV[2] failure         JSON for the record's `error`
-- ARGV[3] cancelChannel   pub/sub: ids of running tasks that were cancelled
-- returns {"cancelled" | "settled" | "unknown", the record as JSON, or false}

local id, failure, cancelChannel = ARGV[1], ARGV[2], ARGV[3]
local record = tasks.readRecord(id)
if record and tasks.isSettled(record.status) then return { "settled", tasks.jsonOf(record) } end
local isJob = tasks.isJob(id)
if not record and not isJob then return { "unknown", false } end
if not isJob then return { "cancelled", tasks.cancelRecord(id, failure) } end

local isRunning = call("EXISTS", QUEUE .. id .. ":lock") == 1
if not isRunning then
  -- Who asks for it later is told what became of it, though its producer has made no record.
  if not record then tasks.writeRecord(id, tasks.newRecord(id, "queued", tasks.bornOf(id)), QUIET_TTL_MS) end
  local _, cancelled = tasks.removeTask(id, "0", failure)
  tasks.wake()
  return { "cancelled", cancelled or false }
end
local cancelled = tasks.cancelRecord(id, failure)
call("PUBLISH", cancelChannel, id)
return { "cancelled", cancelled }
