-- Creates the record of a new task, unless its idempotency key is known.
-- KEYS[1] record         HASH of the new task
-- KEYS[2] idempotency    HASH {id, digest}; not touched when the digest is empty
-- ARGV[1] id
-- ARGV[2] handler
-- ARGV[3] group
-- ARGV[4] user
-- ARGV[5] attempts
-- ARGV[6] resultTtlMs
-- ARGV[7] recordTtlMs    life of the record unless something changes it
-- ARGV[8] digest         of the request; empty without idempotency key
-- ARGV[9] keyTtlMs
-- returns {"created", id, HGETALL} | {"duplicate", first id} | {"conflict", first id}

local recordKey, idempotencyKey = KEYS[1], KEYS[2]
local id, handler, group, user, attempts = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local resultTtlMs, recordTtlMs, digest, keyTtlMs = ARGV[6], ARGV[7], ARGV[8], ARGV[9]

if digest ~= "" then
  local known = redis.call("HMGET", idempotencyKey, "id", "digest")
  if known[1] then
    return { known[2] == digest and "duplicate" or "conflict", known[1] }
  end
  redis.call("HSET", idempotencyKey, "id", id, "digest", digest)
  redis.call("PEXPIRE", idempotencyKey, keyTtlMs)
end

local time = redis.call("TIME")
local nowMs = string.format("%d", time[1] * 1000 + math.floor(time[2] / 1000))
redis.call("HSET", recordKey, "id", id, "handler", handler, "group", group, "user", user, "status", "queued",
  "attempt", 0, "attempts", attempts, "seq", 1, "fence", 0, "resultTtlMs", resultTtlMs, "enqueuedAtMs", nowMs)
redis.call("PEXPIRE", recordKey, recordTtlMs)
return { "created", id, redis.call("HGETALL", recordKey) }
