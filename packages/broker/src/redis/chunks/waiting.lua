-- Events that wait for a worker, of scripts that write some. `waiting` is a LIST, the oldest first, of which at most `max` stay: a hub
-- without workers must not fill Redis with what nobody will want to know by then.

-- returns how many of the oldest gave way
local function boundWaiting(waiting, max)
  local excess = redis.call("LLEN", waiting) - max
  if excess <= 0 then
    return 0
  end
  redis.call("LPOP", waiting, string.format("%d", excess))
  return excess
end

-- Takes the oldest texts off a LIST, as many as a batch may have; its first may be larger than a batch.
-- returns them, and their bytes
local function popBatch(waiting, eventsMax, bytesMax)
  local events, bytes = {}, 0
  while #events < eventsMax and bytes < bytesMax do
    local event = redis.call("LINDEX", waiting, "0")
    if not event or (#events > 0 and bytes + #event > bytesMax) then
      break
    end
    redis.call("LPOP", waiting)
    events[#events + 1] = event
    bytes = bytes + #event
  end
  return events, bytes
end
