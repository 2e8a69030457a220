-- Enqueues a failed task again, at the end of its group and with all its attempts.
-- ARGV[1] id
-- returns {"queued" | "not_failed" | "succeeded" (and its record has expired) | "gone" | "unknown", the record as JSON, or false}

local id = ARGV[1]
local function describe()
  local record = tasks.readRecord(id)
  return record and tasks.jsonOf(record) or false
end
local record = tasks.readRecord(id)
local status = record and record.status
local isFailed = call("ZSCORE", FAILED, id)
if status and status ~= "failed" then return { "not_failed", describe() } end
if not isFailed then
  local isJob = tasks.isJob(id)
  -- It may have succeeded, and have outlived its record.
  local isDone = isJob and not status and call("ZSCORE", QUEUE .. "completed", id)
  return { isDone and "succeeded" or isJob and "not_failed" or status and "gone" or "unknown", describe() }
end
local keys = { QUEUE .. id, EVENTS, FAILED, WAIT, META, ACTIVE, MARKER, PRIORITIZED, QUEUE .. "pc" }
local reply = tasks.reprocess(keys, { id, "LPUSH", "failedReason", "failed", "1", "0" })
if reply ~= 1 then return { "gone", describe() } end
tasks.forgetFailure(id)
tasks.ingestFromWait(id)
tasks.wake()
return { "queued", describe() }
