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

-- returns Redis' time in milliseconds
local function nowMs()
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
