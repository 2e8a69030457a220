-- Begins an attempt: from here on only the holder of its fence may change the record.
-- A task added by a producer of its own has no record yet and gets one here.
-- KEYS[1] record
-- ARGV[1] fence          number of this execution; grows with each
-- ARGV[2] attempt        number of the attempt, from 1
-- ARGV[3] recordTtlMs    life of the record unless something changes it
-- ARGV[4] id             this and all below: for the record that is missing
-- ARGV[5] handler
-- ARGV[6] group
-- ARGV[7] user
-- ARGV[8] attempts
-- ARGV[9] resultTtlMs
-- ARGV[10] enqueuedAtMs
-- returns {"begun" | "settled" | "stale", HGETALL}

local recordKey = KEYS[1]
local fence, attempt, recordTtlMs = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local id, handler, group, user = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local attempts, resultTtlMs, enqueuedAtMs = ARGV[8], ARGV[9], ARGV[10]

local known = redis.call("HMGET", recordKey, "status", "fence")
local status, newestFence = known[1], tonumber(known[2] or "0")
if status == "succeeded" or status == "failed" or status == "cancelled" then
  return { "settled", redis.call("HGETALL", recordKey) }
end
if status and fence < newestFence then
  return { "stale", redis.call("HGETALL", recordKey) }
end
-- The same execution again: the connection broke and the client sent its command once more.
if status == "running" and fence == newestFence then
  return { "begun", redis.call("HGETALL", recordKey) }
end

if not status then
  redis.call("HSET", recordKey, "id", id, "handler", handler, "group", group, "user", user, "attempts", attempts,
    "resultTtlMs", resultTtlMs, "enqueuedAtMs", enqueuedAtMs)
end
local time = redis.call("TIME")
local nowMs = string.format("%d", time[1] * 1000 + math.floor(time[2] / 1000))
redis.call("HSET", recordKey, "status", "running", "attempt", attempt, "fence", fence)
redis.call("HSETNX", recordKey, "startedAtMs", nowMs)
redis.call("HDEL", recordKey, "percent", "message", "error")
redis.call("HINCRBY", recordKey, "seq", 1)
redis.call("PEXPIRE", recordKey, recordTtlMs)
return { "begun", redis.call("HGETALL", recordKey) }
