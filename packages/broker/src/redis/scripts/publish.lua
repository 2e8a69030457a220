-- Publishes one publication: remembered result -> epoch -> version -> offset -> stream -> pub/sub -> remember the result.
-- One script, so that the order in which nodes receive is the order of offsets and nothing can come between.
--
-- KEYS[1] stream       STREAM of b body and t time in ms
-- KEYS[2] meta         HASH e epoch, s top offset, v newest version, ve its epoch
-- KEYS[3] remembered   HASH with the result of an idempotency key; not touched when idempotencyTtlMs is 0
-- KEYS[4] newest       of a task's channel, see keys.ts; else meta
-- ARGV[1] body              JSON of the publication, without offset
-- ARGV[2] pubsub            name to PUBLISH on
-- ARGV[3] historySize       0: the channel keeps no history
-- ARGV[4] historyTtlMs
-- ARGV[5] metaTtlMs
-- ARGV[6] newEpoch          used when the stream has none yet
-- ARGV[7] idempotencyTtlMs  0: no idempotency key was given
-- ARGV[8] version           0: no version was given
-- ARGV[9] receiptTo         where nodes say how many connections they reached; empty: nobody asked
-- ARGV[10] exclude          client id that is not sent to; empty: nobody
-- ARGV[11] versionEpoch     versions of another epoch are not compared; empty: with every one
--
-- returns { offset, epoch, nodes, duplicate 0|1, suppressed 0|1 }

local stream, meta, remembered, newest = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local body, pubsub, historySize, historyTtlMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local metaTtlMs, newEpoch, idempotencyTtlMs, version = ARGV[5], ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local receiptTo, exclude, versionEpoch = ARGV[9], ARGV[10], ARGV[11]

if idempotencyTtlMs > 0 then
  local result = redis.call("HMGET", remembered, "s", "e")
  if result[1] then
    return { tonumber(result[1]), result[2], 0, 1, 0 }
  end
end

local keepsHistory = historySize > 0
if newest ~= meta and (keepsHistory or version > 0) then
  -- A task's newest state, written by announce-task.lua: it goes on as a stream of one entry.
  local text = redis.call("GET", newest) or ""
  local newestVersion, top, life, since, state = string.match(text, "^(%d+)|(%d+):([^:]*):(%d+)::\n(.*)$")
  if newestVersion then
    redis.call("DEL", newest, stream)
    redis.call("XADD", stream, top .. "-0", "b", state, "t", since)
    redis.call("HSET", meta, "e", life, "s", top, "v", newestVersion)
    redis.call("PEXPIRE", stream, historyTtlMs)
    redis.call("PEXPIRE", meta, metaTtlMs)
  end
end
local offset, epoch = 0, ""

if keepsHistory then
  epoch = redis.call("HGET", meta, "e")
  if not epoch then
    epoch = newEpoch
    redis.call("HSET", meta, "e", epoch)
  end
end

if version > 0 then
  local newest = redis.call("HMGET", meta, "v", "ve")
  local isComparable = versionEpoch == "" or versionEpoch == newest[2]
  if isComparable and version <= tonumber(newest[1] or "0") then
    return { tonumber(redis.call("HGET", meta, "s") or "0"), epoch, 0, 0, 1 }
  end
  redis.call("HSET", meta, "v", version, "ve", versionEpoch)
end

local time = redis.call("TIME")
local timeMs = string.format("%d", time[1] * 1000 + math.floor(time[2] / 1000))

if keepsHistory then
  offset = redis.call("HINCRBY", meta, "s", 1)
  if offset == 1 then
    -- The meta key was evicted or expired while the stream survived: its old entries belong to another epoch.
    redis.call("DEL", stream)
  end
  local added = redis.pcall("XADD", stream, "MAXLEN", historySize, offset .. "-0", "b", body, "t", timeMs)
  if added.err then
    -- The counter is behind its stream: the two were not lost together. Nobody can continue from either.
    offset, epoch = 1, newEpoch
    redis.call("DEL", stream)
    redis.call("HSET", meta, "e", epoch, "s", offset)
    redis.call("XADD", stream, "1-0", "b", body, "t", timeMs)
  end
  redis.call("PEXPIRE", stream, historyTtlMs)
end
if keepsHistory or version > 0 then
  redis.call("PEXPIRE", meta, metaTtlMs)
end

local header = string.format("%d:%s:%s:%s:%s\n", offset, epoch, timeMs, receiptTo, exclude)
local nodes = redis.call("PUBLISH", pubsub, header .. body)

if idempotencyTtlMs > 0 then
  redis.call("HSET", remembered, "s", offset, "e", epoch)
  redis.call("PEXPIRE", remembered, idempotencyTtlMs)
end
return { offset, epoch, nodes, 0, 0 }
