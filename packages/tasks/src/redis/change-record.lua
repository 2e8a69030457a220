-- Changes a record on behalf of an attempt, unless it is settled or a newer attempt has begun.
-- KEYS[1] record
-- ARGV[1] fence            of the attempt that wants the change
-- ARGV[2] status
-- ARGV[3] percent          JSON, as are message, result and error; empty text leaves the field as it is
-- ARGV[4] message
-- ARGV[5] result
-- ARGV[6] error
-- ARGV[7] recordTtlMs      life of the record unless something changes it
-- ARGV[8] settledChannel   told when the change settles the task
-- returns {"changed" | "settled" | "stale" | "unknown", HGETALL}

local recordKey = KEYS[1]
local fence, status = ARGV[1], ARGV[2]
local percent, message, result, failure = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local recordTtlMs, settledChannel = ARGV[7], ARGV[8]

local function isSettled(s)
  return s == "succeeded" or s == "failed" or s == "cancelled"
end

local known = redis.call("HMGET", recordKey, "status", "fence", "resultTtlMs")
local oldStatus, newestFence, resultTtlMs = known[1], known[2], known[3]
if not oldStatus then
  return { "unknown", {} }
end
if isSettled(oldStatus) then
  -- The same end by the same attempt: the connection broke and the client sent its command once more.
  local same = oldStatus == status and newestFence == fence
  return { same and "changed" or "settled", redis.call("HGETALL", recordKey) }
end
if newestFence ~= fence then
  return { "stale", redis.call("HGETALL", recordKey) }
end

redis.call("HSET", recordKey, "status", status)
if percent ~= "" then redis.call("HSET", recordKey, "percent", percent) end
if message ~= "" then redis.call("HSET", recordKey, "message", message) end
if result ~= "" then redis.call("HSET", recordKey, "result", result) end
if failure ~= "" then redis.call("HSET", recordKey, "error", failure) end
local seq = redis.call("HINCRBY", recordKey, "seq", 1)
if isSettled(status) then
  local time = redis.call("TIME")
  local nowMs = string.format("%d", time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call("HSET", recordKey, "finishedAtMs", nowMs)
  redis.call("PEXPIRE", recordKey, resultTtlMs)
  redis.call("PUBLISH", settledChannel, seq)
else
  redis.call("PEXPIRE", recordKey, recordTtlMs)
end
return { "changed", redis.call("HGETALL", recordKey) }
