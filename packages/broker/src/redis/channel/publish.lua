-- Publishes what came in one turn of a process, one publication after the other: remembered result -> version -> epoch and offset ->
-- stream -> pub/sub -> remember the result. One script, so that the order in which nodes receive is the order of offsets and nothing
-- can come between. One that fails does not keep the others from theirs.
--
-- ARGV[1] server    this Redis process
-- ARGV[2] leap      what offsets leap by when the top was another process'
-- ARGV[3] newEpoch  used when a stream has none yet
--
-- What is that of the publication before is left empty: a batch is for one channel often, and a broadcast is one body for many.
--
-- KEYS of each: stream, meta
--   neither where pubsub is left empty
--   STREAM of b body, t time in ms, and p the offset before where that is not one less
--   HASH e epoch, s top offset, r Redis process of the top, v newest version, ve its epoch
-- ARGV of each: body, pubsub, terms
--   JSON of the publication, without offset
--   name to PUBLISH on
--   "<historySize> <historyTtlMs> <metaTtlMs>", the size 0 where the channel keeps no history; " more" behind it where this follows:
-- KEYS of more: remembered, state
--   HASH with the result of an idempotency key; not touched when idempotencyTtlMs is 0
--   STRING of a channel that shows a kept state (chunks/kept-state.lua); else meta
-- ARGV of more: idempotencyTtlMs, version, receiptTo, exclude, versionEpoch, mark
--   0: no idempotency key was given
--   0: no version was given
--   where nodes say how many connections they reached; empty: nobody asked
--   client id that is not sent to; empty: nobody
--   versions of another epoch are not compared; empty: with every one
--   ends the header: " delta" or empty
--
-- returns of each "<offset> <nodes> <0, or 1 duplicate, or 2 suppressed> <epoch>", or its error

local server, leap, newEpoch = ARGV[1], ARGV[2], ARGV[3]
local timeMs = clockMs()

-- Of several publications the terms are the same, as a rule.
local historyOf = {}
local function readTerms(terms)
  local history = historyOf[terms]
  if not history then
    local size, ttlMs, metaTtlMs = string.match(terms, "^(%d+) (%d+) (%d+)")
    history = { size = size, ttlMs = ttlMs, metaTtlMs = metaTtlMs, newEpoch = newEpoch, server = server, leap = leap }
    historyOf[terms] = history
  end
  return history
end

-- What several publications of one channel share, they share: by meta.
local channels = {}
local function openOnce(stream, meta, history)
  local channel = channels[meta]
  if not channel then
    channel = openChannel(stream, meta, history)
    channels[meta] = channel
  end
  return channel
end

-- Before a channel's keys are read or written by other commands.
local function settleOnce(meta)
  local channel = channels[meta]
  if channel then
    channels[meta] = nil
    settleChannel(channel)
  end
end

-- nodesAndKind: "<nodes> <kind>"
local function resultText(offset, nodesAndKind, epoch)
  return offset .. " " .. nodesAndKind .. " " .. epoch
end

local nothing = { idempotencyTtlMs = "0", version = "0" }

local function publish(stream, meta, body, pubsub, history, more)
  local idempotencyTtlMs, version = tonumber(more.idempotencyTtlMs), tonumber(more.version)

  if idempotencyTtlMs > 0 then
    local result = redis.call("HMGET", more.remembered, "s", "e")
    if result[1] then
      return resultText(result[1], "0 1", result[2])
    end
  end

  local keepsHistory = history.size ~= "0"
  local showsState = more.state and more.state ~= meta
  if version > 0 or showsState then
    settleOnce(meta)
  end
  local state = showsState and (keepsHistory or version > 0) and readKeptState(more.state)
  if state then
    -- The channel goes on as a stream, of one entry to begin with.
    displaceKeptState(more.state, state)
    redis.call("DEL", stream)
    redis.call("XADD", stream, state.offset .. "-0", "b", state.body, "t", state.timeMs)
    redis.call("HSET", meta, "e", state.epoch, "s", state.offset, "r", server, "v", state.version)
    redis.call("PEXPIRE", stream, history.ttlMs)
    redis.call("PEXPIRE", meta, history.metaTtlMs)
  end
  local epoch, offset, previous = "", "0", "0"

  if version > 0 then
    local known = redis.call("HMGET", meta, "v", "ve", "e", "s")
    local isComparable = more.versionEpoch == "" or more.versionEpoch == known[2]
    if isComparable and version <= tonumber(known[1] or "0") then
      return resultText(known[4] or "0", "0 2", known[3] or "")
    end
    redis.call("HSET", meta, "v", more.version, "ve", more.versionEpoch)
  end

  if keepsHistory then
    local channel = openOnce(stream, meta, history)
    previous = addPublication(channel, body, timeMs)
    offset, epoch = channel.top, channel.epoch
  elseif version > 0 then
    redis.call("PEXPIRE", meta, history.metaTtlMs)
  end

  -- Not %s: it ends at a NUL, and `exclude` is a text from outside.
  local rest = more == nothing and ":\n" or more.receiptTo .. ":" .. more.exclude .. more.mark .. "\n"
  local nodes = redis.call("PUBLISH", pubsub, envelopeHeader(offset, previous, epoch, timeMs) .. rest .. body)

  if idempotencyTtlMs > 0 then
    redis.call("HSET", more.remembered, "s", offset, "e", epoch)
    redis.call("PEXPIRE", more.remembered, more.idempotencyTtlMs)
  end
  return resultText(offset, string.format("%d 0", nodes), epoch)
end

local results, key, arg = {}, 1, 4
local stream, meta, body, pubsub, terms
while arg <= #ARGV do
  if ARGV[arg + 1] ~= "" then
    stream, meta, pubsub = KEYS[key], KEYS[key + 1], ARGV[arg + 1]
    key = key + 2
  end
  body = ARGV[arg] ~= "" and ARGV[arg] or body
  terms = ARGV[arg + 2] ~= "" and ARGV[arg + 2] or terms
  arg = arg + 3
  local more = nothing
  if string.sub(terms, -5) == " more" then
    more = {
      remembered = KEYS[key],
      state = KEYS[key + 1],
      idempotencyTtlMs = ARGV[arg],
      version = ARGV[arg + 1],
      receiptTo = ARGV[arg + 2],
      exclude = ARGV[arg + 3],
      versionEpoch = ARGV[arg + 4],
      mark = ARGV[arg + 5],
    }
    key, arg = key + 2, arg + 6
  end
  local isDone, result = pcall(publish, stream, meta, body, pubsub, readTerms(terms), more)
  results[#results + 1] = isDone and result or { err = errorText(result) }
end
for _, channel in pairs(channels) do
  settleChannel(channel)
end
return results
