-- How publications get their places in a channel's stream, and what nodes are sent. Every script that publishes goes through here:
-- publish.lua, and publish-step.lua in scripts of other packages.
--
-- A channel is opened, publications are added, and it is settled before the script ends or anything else reads or writes its keys. What all of
-- them share is done once: the position is read and written, the stream is cut, both lives begin anew. Each of them by itself
-- took six commands, and takes two.
--
-- `history` are texts: size, ttlMs, metaTtlMs, newEpoch (used when the stream has none yet), server (this Redis process) and leap
-- (what offsets leap by when the top was another process').

-- A full Redis refuses the first command of a script that would fill it, and none behind one that has written. So nothing here is deleted before
-- something is written.

-- top is offset as text, which is made once for all that it stands in.
local function openChannel(stream, meta, history)
  local known = redis.call("HMGET", meta, "e", "s", "r")
  local top = known[2] or "0"
  -- Eight fields: Lua makes room for sixteen where there is one more.
  return { stream = stream, meta = meta, history = history, epoch = known[1] or "", offset = tonumber(top), top = top,
    isOurs = known[3] == history.server, added = 0 }
end

-- A new life: the first one, or the counter is behind its stream, as the two were not lost together, or at its end.
local function beginLife(channel, body, timeMs)
  local history, stream = channel.history, channel.stream
  redis.call("HSET", channel.meta, "e", history.newEpoch, "s", "1", "r", history.server)
  redis.call("DEL", stream)
  redis.call("XADD", stream, "1-0", "b", body, "t", timeMs)
  channel.epoch, channel.offset, channel.top, channel.isOurs, channel.added = history.newEpoch, 1, "1", true, channel.added + 1
end

-- returns the offset before it, a text; its own is channel.offset
local function addPublication(channel, body, timeMs)
  local history, stream, offset, previous = channel.history, channel.stream, channel.offset + 1, channel.top
  if not channel.isOurs then
    -- What another process has published last may be lost, and clients may have it: its offsets are never given out again.
    offset = offset + tonumber(history.leap)
  end
  -- Beyond 2^53 a double is not exact any more.
  if channel.epoch == "" or offset >= 9e15 then
    beginLife(channel, body, timeMs)
    return "0"
  end
  if not channel.isOurs or channel.offset == 0 then
    redis.call("HSET", channel.meta, "r", history.server)
  end
  if channel.offset == 0 then
    -- The counter was lost while the stream survived, if there is any.
    redis.call("DEL", stream)
  end
  -- By %d, as every number of a script that becomes text (docs/decisions/0010). Not %.0f, which takes twice as long.
  local top = string.format("%d", offset)
  local id, added = top .. "-0", nil
  if channel.added > 0 then
    added = redis.pcall("XADD", stream, id, "b", body, "t", timeMs)
  elseif channel.isOurs then
    added = redis.pcall("XADD", stream, "MAXLEN", history.size, id, "b", body, "t", timeMs)
  else
    added = redis.pcall("XADD", stream, "MAXLEN", history.size, id, "b", body, "t", timeMs, "p", previous)
  end
  if added.err then
    beginLife(channel, body, timeMs)
    return "0"
  end
  channel.offset, channel.top, channel.isOurs, channel.added = offset, top, true, channel.added + 1
  return previous
end

local function settleChannel(channel)
  if channel.added == 0 then
    return
  end
  local history, stream, meta = channel.history, channel.stream, channel.meta
  redis.call("HSET", meta, "s", channel.top)
  if channel.added > 1 then
    redis.call("XTRIM", stream, "MAXLEN", history.size)
  end
  redis.call("PEXPIRE", stream, history.ttlMs)
  redis.call("PEXPIRE", meta, history.metaTtlMs)
end

-- All are texts.
-- returns what stands before the body for nodes, see envelope.ts
local function envelopeHeader(offset, previous, epoch, timeMs)
  return offset .. ":" .. previous .. ":" .. epoch .. ":" .. timeMs .. ":"
end

-- returns Redis' time in milliseconds, a text
local function clockMs()
  local time = redis.call("TIME")
  return string.format("%d", time[1] * 1000 + math.floor(time[2] / 1000))
end
