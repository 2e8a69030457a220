-- Who is next: weighted fair queueing over the groups that may start something, first in first out within each.

function tasks.openLimited()
  local first = tasks.firstLimited()
  if not first or first > tasks.nowMs() then return end
  for _, group in ipairs(call("ZRANGEBYSCORE", LIMITED, "-inf", tasks.nowText(), "LIMIT", "0", "100")) do
    call("ZREM", LIMITED, group)
    firstOpens = nil
    tasks.arm(group)
  end
end

-- The first task of the group that is really there; what others have taken or removed is dropped on the way.
-- returns id, how often it was started, how often it failed, its job: names and values by turns, and its field `rec`
function tasks.popQueue(group)
  -- A queue that somebody emptied by other means may hold nothing else; whoever comes next goes on.
  for _ = 1, 100 do
    local id = call("ZPOPMIN", G_QUEUE .. group)[1]
    if not id then return nil end
    if call("ZREM", PRIORITIZED, id) == 1 then
      local job = redis.pcall("HGETALL", QUEUE .. id)
      local name, starts, failures, rec
      for index = 1, #job, 2 do
        local field = job[index]
        if field == "name" then name = job[index + 1]
        elseif field == "ats" then starts = job[index + 1]
        elseif field == "atm" then failures = job[index + 1]
        elseif field == "rec" then rec = job[index + 1] end
      end
      if name then return id, tonumber(starts or "0"), tonumber(failures or "0"), job, rec end
      tasks.setAside(id, job.err and NO_JOB or "its job is gone from Redis")
    end
  end
end

-- True once this script has made a group wait for its window.
local hasLimited = false

-- Counts a start; false when the window is full, and then the group waits until it opens.
function tasks.enterWindow(group, settings)
  if settings.rateMax == 0 then return true end
  local starts = call("INCR", G_WINDOW .. group)
  if starts == 1 then call("PEXPIRE", G_WINDOW .. group, tasks.whole(settings.ratePerMs)) end
  if starts <= settings.rateMax then return true end
  call("ZADD", LIMITED, tasks.whole(tasks.nowMs() + math.max(1, call("PTTL", G_WINDOW .. group))), group)
  hasLimited, firstOpens = true, nil
  return false
end

function tasks.leaveWindow(group) -- seldom
  if tasks.settingsOf(group).rateMax > 0 and call("EXISTS", G_WINDOW .. group) == 1 then
    call("DECR", G_WINDOW .. group)
  end
end

-- More would make one fetch too long; whoever comes next goes on.
local TRIES = 16

-- Takes the next task out of its group's queue and into a place.
-- returns {id, group, time: the group's virtual time, starts, failures, job, rec}, or nil
function tasks.takeNext()
  tasks.openLimited()
  tasks.offerLacked()
  for _ = 1, TRIES do
    local first = call("ZPOPMIN", READY)
    local group, time = first[1], first[2]
    if not group then return nil end
    local settings = tasks.settingsOf(group)
    local concurrency = settings.concurrency
    local taken = call("SCARD", G_PLACES .. group)
    local hasRoom = concurrency == 0 or taken < concurrency
    if hasRoom and tasks.enterWindow(group, settings) then
      local id, starts, failures, job, rec = tasks.popQueue(group)
      local letIn = id and (tasks.lackedHandler(id) or tasks.enterShare(id))
      if letIn == true then
        call("SADD", G_PLACES .. group, id)
        local nextTime = string.format("%.17g", time + 1 / settings.weight)
        local isNew
        if (concurrency == 0 or taken + 1 < concurrency) and call("EXISTS", G_QUEUE .. group) == 1 then
          call("HSET", TIMES, NOW_FIELD, time)
          call("ZADD", READY, nextTime, group)
          isNew = taken == 0
        else
          isNew = call("HSET", TIMES, NOW_FIELD, time, group, nextTime) > 0
        end
        if isNew then call("SADD", ACTS, group) end
        return { id = id, group = group, time = time, starts = starts, failures = failures, job = job, rec = rec }
      end
      tasks.leaveWindow(group)
      if letIn then
        tasks.awaitShare(letIn, group, id, time)
      else
        tasks.tidy(group)
        tasks.arm(group)
      end
    else
      -- Keeps its virtual time, or a group could gain by running into its limits.
      if call("HSET", TIMES, group, time) == 1 then call("SADD", ACTS, group) end
    end
  end
end

-- Puts back what was taken and not started.
function tasks.putBack(task) -- seldom
  tasks.leaveWindow(task.group)
  call("HSET", TIMES, task.group, task.time)
  tasks.ingest(task.id)
end

-- When somebody should look again though nothing is enqueued, by the caller's clock; 0: no such moment.
function tasks.nextLook(timestamp) -- seldom
  local due, opens = tasks.firstDelayed(), tasks.firstLimited()
  local moment = due and opens and math.min(due, opens) or due or opens
  return moment and timestamp + math.max(1, moment - tasks.nowMs()) or 0
end
