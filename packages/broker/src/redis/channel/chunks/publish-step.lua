-- Publishes on one channel of a namespace with history, in a script of another package that changes what the channel is about.
--
-- `terms` are of ../publish-step.ts: size, ttlMs and metaTtlMs of the history, newEpoch, server, leap, and the name to PUBLISH on.
local function readTerms(terms)
  local size, ttlMs, metaTtlMs, newEpoch, server, leap, pubsub =
    string.match(terms, "^(%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (.*)$")
  return { size = size, ttlMs = ttlMs, metaTtlMs = metaTtlMs, newEpoch = newEpoch, server = server, leap = leap, pubsub = pubsub }
end

-- data is JSON
-- returns the offset, the epoch and how many nodes were handed it
local function publishStep(stream, meta, terms, data)
  local history, timeMs, body = readTerms(terms), clockMs(), '{"data":' .. data .. "}"
  local channel = openChannel(stream, meta, history)
  local previous = addPublication(channel, body, timeMs)
  settleChannel(channel)
  local header = envelopeHeader(channel.top, previous, channel.epoch, timeMs)
  return channel.offset, channel.epoch, redis.call("PUBLISH", history.pubsub, header .. ":\n" .. body)
end

-- isKept: who is told the position counts on it, so it exists from now on
-- returns the offset and the epoch of the top; 0 and empty while nothing was published or counted on
local function positionStep(stream, meta, terms, isKept)
  local known = redis.call("HMGET", meta, "s", "e")
  local offset, epoch = tonumber(known[1] or "0"), known[2] or ""
  if isKept then
    local history = readTerms(terms)
    if epoch == "" then
      epoch = history.newEpoch
      redis.call("HSET", meta, "e", epoch, "r", history.server)
    end
    redis.call("PEXPIRE", meta, history.metaTtlMs)
  end
  return offset, epoch
end

-- Whoever is up to date stays so; whoever is not cannot recover.
local function forgetStep(stream)
  redis.call("UNLINK", stream)
end
