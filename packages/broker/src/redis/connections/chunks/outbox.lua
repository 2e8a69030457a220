-- Events of a lane that wait for a worker: a LIST of "<type>\n<JSON>", the oldest first, and a HASH of what is known of it: e epoch,
-- s the last seq, r the Redis process that gave it, b bytes that wait, d events that gave way and whose receivers have not been told so.
--
-- seq grows with each event of the lane, and epoch with each Redis process, for the last seconds of one that died may be lost: of two
-- events with the same key the one with the larger epoch, or the larger seq in the same epoch, is the newer, whatever clocks do.

local function openOutbox(waiting, meta, server, maxBytes)
  return { waiting = waiting, meta = meta, server = server, maxBytes = maxBytes, nowMs = nowMs(), seq = false }
end

local function readOutbox(outbox)
  local known = redis.call("HMGET", outbox.meta, "e", "s", "r", "b")
  outbox.epoch, outbox.seq, outbox.bytes = tonumber(known[1] or "0"), tonumber(known[2] or "0"), math.max(0, tonumber(known[4] or "0"))
  if known[3] ~= outbox.server then
    outbox.epoch = math.max(outbox.epoch + 1, outbox.nowMs)
  end
end

-- The id follows from the place of the event where none is given.
local function tell(outbox, kind, key, id, data)
  if not outbox.seq then
    readOutbox(outbox)
  end
  outbox.seq = outbox.seq + 1
  local place = string.format("%d:%d", outbox.epoch, outbox.seq)
  local order = string.format(',"epoch":%d,"seq":%d,"timeMs":%d', outbox.epoch, outbox.seq, outbox.nowMs)
  local names = '{"id":' .. cjson.encode(id or key .. ":" .. place) .. ',"type":"' .. kind .. '","key":' .. cjson.encode(key)
  local event = kind .. "\n" .. names .. order .. ',"data":' .. data .. "}"
  redis.call("RPUSH", outbox.waiting, event)
  outbox.bytes = outbox.bytes + #event
end

-- Puts down what was told. The oldest give way where too much waits: a hub without workers must not fill Redis with what nobody will
-- want to know by then. Returns how many.
local function shutOutbox(outbox)
  if not outbox.seq then
    return 0
  end
  local dropped = 0
  while outbox.bytes > outbox.maxBytes do
    local oldest = redis.call("LPOP", outbox.waiting)
    if not oldest then
      break
    end
    outbox.bytes = outbox.bytes - #oldest
    dropped = dropped + 1
  end
  local epoch, seq, bytes = string.format("%d", outbox.epoch), string.format("%d", outbox.seq), string.format("%d", outbox.bytes)
  redis.call("HSET", outbox.meta, "e", epoch, "s", seq, "r", outbox.server, "b", bytes)
  if dropped > 0 then
    redis.call("HINCRBY", outbox.meta, "d", string.format("%d", dropped))
  end
  return dropped
end
