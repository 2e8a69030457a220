-- Who is next: weighted fair queueing over the groups that may start something, first in first out within each.

local function openLimited()
  local open = redis.call("ZRANGEBYSCORE", LIMITED, "-inf", nowMs(), "LIMIT", 0, 100)
  for _, group in ipairs(open) do
    redis.call("ZREM", LIMITED, group)
    arm(group)
  end
end

-- The first task of the group that is really there; what others have taken or removed is dropped on the way.
local function popQueue(group)
  while true do
    local first = redis.call("ZPOPMIN", queueOf(group))
    local id = first[1]
    if not id then return nil end
    if redis.call("ZREM", PRIORITIZED, id) == 1 and redis.call("EXISTS", QUEUE .. id) == 1 then return id end
  end
end

-- True once this script has made a group wait for its window.
local hasLimited = false

-- Counts a start; false when the window is full, and then the group waits until it opens.
local function enterWindow(group, settings)
  if settings.rateMax == 0 then return true end
  local starts = redis.call("INCR", windowOf(group))
  if starts == 1 then redis.call("PEXPIRE", windowOf(group), settings.ratePerMs) end
  if starts <= settings.rateMax then return true end
  redis.call("ZADD", LIMITED, nowMs() + math.max(1, redis.call("PTTL", windowOf(group))), group)
  hasLimited = true
  return false
end

local function leaveWindow(group)
  if settingsOf(group).rateMax > 0 and redis.call("EXISTS", windowOf(group)) == 1 then
    redis.call("DECR", windowOf(group))
  end
end

-- More would make one fetch too long; whoever comes next goes on.
local TRIES = 16

-- Takes the next task out of its group's queue and into a place. returns id, group, the group's virtual time.
local function takeNext()
  openLimited()
  for _ = 1, TRIES do
    local first = redis.call("ZPOPMIN", READY)
    local group, time = first[1], tonumber(first[2])
    if not group then return nil end
    local settings = settingsOf(group)
    local taken = settings.concurrency > 0 and redis.call("SCARD", placesOf(group)) or 0
    local hasRoom = settings.concurrency == 0 or taken < settings.concurrency
    if hasRoom and enterWindow(group, settings) then
      local id = popQueue(group)
      if id then
        takePlace(group, id)
        local nextTime = time + 1 / settings.weight
        local staysReady = (settings.concurrency == 0 or taken + 1 < settings.concurrency)
          and redis.call("EXISTS", queueOf(group)) == 1
        if staysReady then
          redis.call("HSET", TIMES, NOW_FIELD, time)
          redis.call("ZADD", READY, nextTime, group)
        else
          redis.call("HSET", TIMES, NOW_FIELD, time, group, nextTime)
        end
        return id, group, time
      end
      leaveWindow(group)
      tidy(group)
    else
      -- Keeps its virtual time, or a group could gain by running into its limits.
      redis.call("HSET", TIMES, group, time)
    end
  end
end

-- Puts back what was taken and not started.
local function putBack(id, group, time)
  leaveWindow(group)
  redis.call("HSET", TIMES, group, time)
  ingest(id)
end

-- When somebody should look again though nothing is enqueued, by the caller's clock; 0: no such moment.
local function nextLook(timestamp)
  local limited = redis.call("ZRANGE", LIMITED, 0, 0, "WITHSCORES")
  local delayed = redis.call("ZRANGE", DELAYED, 0, 0, "WITHSCORES")
  local moment = delayed[2] and math.floor(tonumber(delayed[2]) / 0x1000)
  if limited[2] then
    local opens = timestamp + math.max(1, tonumber(limited[2]) - nowMs())
    moment = moment and math.min(moment, opens) or opens
  end
  return moment or 0
end
