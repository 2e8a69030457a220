-- Ends a task wherever it is. A worker that runs it is told.
-- ARGV[1] id
-- ARGV[2] failure         JSON for the record's `error`
-- ARGV[3] cancelChannel   pub/sub: ids of running tasks that were cancelled
-- returns {"cancelled" | "settled" | "unknown", HGETALL of the record; empty for a task without one}

local id, failure, cancelChannel = ARGV[1], ARGV[2], ARGV[3]
local status = call("HGET", RECORD .. id, "status")
if tasks.isSettled(status) then return { "settled", call("HGETALL", RECORD .. id) } end
local isJob = call("EXISTS", QUEUE .. id) == 1
if not status and not isJob then return { "unknown", {} } end
if not isJob then return { "cancelled", tasks.cancelRecord(id, failure) } end

-- A task without a record is one of a producer of its own, and not cancelled unless it can be taken out.
local isRunning = call("EXISTS", QUEUE .. id .. ":lock") == 1
if not isRunning then
  local _, record = tasks.removeTask(id, "0", failure)
  tasks.wake()
  return { "cancelled", record or {} }
end
local record = tasks.cancelRecord(id, failure)
call("PUBLISH", cancelChannel, id)
return { "cancelled", record or {} }
