-- Enqueues a failed task again, at the end of its group and with all its attempts.
-- ARGV[1] id
-- returns {"queued" | "not_failed" | "gone" | "unknown", HGETALL of the record}

local id = ARGV[1]
local status = redis.call("HGET", RECORD .. id, "status")
local isFailed = redis.call("ZSCORE", FAILED, id)
if status and status ~= "failed" then return { "not_failed", redis.call("HGETALL", RECORD .. id) } end
if not isFailed then
  -- Without a record nobody knows whether it is one that waits or runs.
  local isJob = redis.call("EXISTS", QUEUE .. id) == 1
  return { isJob and "not_failed" or status and "gone" or "unknown", redis.call("HGETALL", RECORD .. id) }
end
local keys = { QUEUE .. id, EVENTS, FAILED, WAIT, META, ACTIVE, MARKER, PRIORITIZED, QUEUE .. "pc" }
local reply = stock.reprocessJob(keys, { id, "LPUSH", "failedReason", "failed", "1", "0" })
if reply ~= 1 then return { "gone", redis.call("HGETALL", RECORD .. id) } end
forgetFailure(id)
ingestFromWait(id)
wake()
return { "queued", redis.call("HGETALL", RECORD .. id) }
