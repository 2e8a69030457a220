-- How a publication gets its place in a channel's stream, and what nodes are sent. Every script that publishes goes through here:
-- publish.lua, and publish-step.lua in scripts of other packages.
--
-- `history` are texts: size, ttlMs, newEpoch (used when the stream has none yet), server (this Redis process) and leap (what
-- offsets leap by when the top was another process').

-- returns the offset, the one before it, and the epoch
local function appendPublication(stream, meta, body, timeMs, history)
  local server, historySize = history.server, history.size
  local known = redis.call("HMGET", meta, "e", "r")
  local epoch, offset, previous = known[1] or "", 0, 0
  local isAdded = false
  if epoch ~= "" then
    local step, stepText = 1, "1"
    if known[2] ~= server then
      -- What another process has published last may be lost, and clients may have it: its offsets are never given out again.
      step = step + tonumber(history.leap)
      stepText = string.format("%d", step)
      redis.call("HSET", meta, "r", server)
    end
    offset = redis.call("HINCRBY", meta, "s", stepText)
    previous = offset - step
    if previous == 0 then
      -- The counter was lost while the stream survived, if there is any.
      redis.call("DEL", stream)
    end
    -- By %d, as every number of a script that becomes text (docs/decisions/0010). Not %.0f, which takes twice as long.
    local id = string.format("%d-0", offset)
    local added
    if step == 1 then
      added = redis.pcall("XADD", stream, "MAXLEN", historySize, id, "b", body, "t", timeMs)
    else
      added = redis.pcall("XADD", stream, "MAXLEN", historySize, id, "b", body, "t", timeMs, "p", string.format("%d", previous))
    end
    -- Beyond 2^53 a double is not exact any more.
    isAdded = not added.err and offset < 9e15
  end
  if not isAdded then
    -- A new life: the first one, or the counter is behind its stream, as the two were not lost together, or at its end.
    epoch, offset, previous = history.newEpoch, 1, 0
    redis.call("DEL", stream)
    redis.call("HSET", meta, "e", epoch, "s", "1", "r", server)
    redis.call("XADD", stream, "1-0", "b", body, "t", timeMs)
  end
  redis.call("PEXPIRE", stream, history.ttlMs)
  return offset, previous, epoch
end

-- returns what stands before the body for nodes, see envelope.ts
local function envelopeHeader(offset, previous, epoch, timeMs)
  return string.format("%d:%d:", offset, previous) .. epoch .. ":" .. timeMs .. ":"
end

-- returns Redis' time in milliseconds, a text
local function clockMs()
  local time = redis.call("TIME")
  return string.format("%d", time[1] * 1000 + math.floor(time[2] / 1000))
end
