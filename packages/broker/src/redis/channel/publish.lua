-- Publishes one publication: remembered result -> version -> epoch and offset -> stream -> pub/sub -> remember the result.
-- One script, so that the order in which nodes receive is the order of offsets and nothing can come between.
--
-- KEYS[1] stream       STREAM of b body, t time in ms, and p the offset before where that is not one less
-- KEYS[2] meta         HASH e epoch, s top offset, r Redis process of the top, v newest version, ve its epoch
-- KEYS[3] remembered   HASH with the result of an idempotency key; not touched when idempotencyTtlMs is 0
-- KEYS[4] state        of a channel that shows a kept state (chunks/kept-state.lua); else meta
-- ARGV[1] body              JSON of the publication, without offset
-- ARGV[2] pubsub            name to PUBLISH on
-- ARGV[3] historySize       0: the channel keeps no history
-- ARGV[4] historyTtlMs
-- ARGV[5] metaTtlMs
-- ARGV[6] newEpoch          used when the stream has none yet
-- ARGV[7] server            this Redis process
-- ARGV[8] leap              what offsets leap by when the top was another process'
-- ARGV[9] idempotencyTtlMs  0: no idempotency key was given
-- ARGV[10] version          0: no version was given
-- ARGV[11] receiptTo        where nodes say how many connections they reached; empty: nobody asked
-- ARGV[12] exclude          client id that is not sent to; empty: nobody
-- ARGV[13] versionEpoch      versions of another epoch are not compared; empty: with every one
-- ARGV[14] mark              ends the header: " delta" or empty
--
-- returns { offset, epoch, nodes, duplicate 0|1, suppressed 0|1 }

local stream, meta, remembered, stateKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local body, pubsub, historySize, historyTtlMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local metaTtlMs, newEpoch, server, leap = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local idempotencyTtlMs, version = tonumber(ARGV[9]), tonumber(ARGV[10])
local receiptTo, exclude, versionEpoch, mark = ARGV[11], ARGV[12], ARGV[13], ARGV[14]

if idempotencyTtlMs > 0 then
  local result = redis.call("HMGET", remembered, "s", "e")
  if result[1] then
    return { tonumber(result[1]), result[2], 0, 1, 0 }
  end
end

local keepsHistory = historySize > 0
local state = stateKey ~= meta and (keepsHistory or version > 0) and readKeptState(stateKey)
if state then
  -- The channel goes on as a stream, of one entry to begin with.
  displaceKeptState(stateKey, state)
  redis.call("DEL", stream)
  redis.call("XADD", stream, state.offset .. "-0", "b", state.body, "t", state.timeMs)
  redis.call("HSET", meta, "e", state.epoch, "s", state.offset, "r", server, "v", state.version)
  redis.call("PEXPIRE", stream, historyTtlMs)
  redis.call("PEXPIRE", meta, metaTtlMs)
end
local timeMs = clockMs()
local epoch, offset, previous = "", 0, 0

if version > 0 then
  local known = redis.call("HMGET", meta, "v", "ve", "e", "s")
  local isComparable = versionEpoch == "" or versionEpoch == known[2]
  if isComparable and version <= tonumber(known[1] or "0") then
    return { tonumber(known[4] or "0"), known[3] or "", 0, 0, 1 }
  end
  redis.call("HSET", meta, "v", ARGV[10], "ve", versionEpoch)
end

if keepsHistory then
  local history = { size = ARGV[3], ttlMs = historyTtlMs, newEpoch = newEpoch, server = server, leap = leap }
  offset, previous, epoch = appendPublication(stream, meta, body, timeMs, history)
end
if keepsHistory or version > 0 then
  redis.call("PEXPIRE", meta, metaTtlMs)
end

-- Not %s: it ends at a NUL, and `exclude` is a text from outside.
local header = envelopeHeader(offset, previous, epoch, timeMs) .. receiptTo .. ":" .. exclude .. mark .. "\n"
local nodes = redis.call("PUBLISH", pubsub, header .. body)

if idempotencyTtlMs > 0 then
  redis.call("HSET", remembered, "s", string.format("%d", offset), "e", epoch)
  redis.call("PEXPIRE", remembered, ARGV[9])
end
return { offset, epoch, nodes, 0, 0 }
