-- How tasks come into their group, whoever put them where they lie: our own queue, a stock client in any language, a delay
-- that is over, a lost worker's task put back. Stock scripts leave them in `wait` or with a positive score in `prioritized`;
-- from here on they lie in `prioritized` under a negative score, and in the queue of their group.

-- Priorities beyond are all the same; the rest of a number's 53 bits counts tasks, enough for 10 000 a second over 13 years.
local PRIORITY_MAX = 2047
local PRIORITY_UNIT = 2 ^ 42
local SCORE_BASE = 2 ^ 53

-- What is no number compares with nothing, and comes first, as one that says nothing does.
local function bounded(priority)
  return priority > 0 and math.min(math.floor(priority), PRIORITY_MAX) or 0
end

function tasks.scoreOf(priority, seq)
  return tasks.whole(bounded(priority) * PRIORITY_UNIT + seq - SCORE_BASE)
end

-- Stock scripts calculate a score from what stands there, and fail where that comes to none (`nan`, `1e999`).
function tasks.fitPriority(id, priority)
  if not priority or string.find(priority, "^%d+$") and #priority < 16 then return end
  call("HSET", QUEUE .. id, "priority", tasks.whole(bounded(tonumber(priority) or 0)))
end

-- In front of a stock script that reads it. The id comes from outside, and what lies under it may be no job.
function tasks.fitPriorityOf(id)
  if tasks.isJob(id) then tasks.fitPriority(id, call("HGET", QUEUE .. id, "priority")) end
end

-- Why a job cannot be run, or nil. Whatever its producer wrote, no script may stumble over it later; its texts are the worker's
-- to read. fields: gid, gsq, priority, name, ats, atm, stc
function tasks.problemOf(id, fields)
  if not tasks.isTaskId(id) then return "it cannot have this id" end
  if fields.err then return NO_JOB end
  if not fields[4] then
    return call("EXISTS", QUEUE .. id) == 0 and "its job is gone from Redis" or "it names no handler (field `name`)"
  end
  for index, name in pairs({ [5] = "ats", [6] = "atm", [7] = "stc" }) do
    if fields[index] and not string.find(fields[index], "^%d%d?%d?%d?%d?%d?%d?%d?%d?$") then
      return "its field `" .. name .. "` is no whole number up to 999999999"
    end
  end
end

-- A task that has been here before returns to its old place in the order and gives back the place it held. One that cannot be
-- run is set aside. group: known, as the task is one of ours.
-- returns its group, or nil when it did not come in.
function tasks.ingest(id, group)
  local jobKey = QUEUE .. id
  tasks.leaveShare(id)
  local job = redis.pcall("HMGET", jobKey, "gid", "gsq", "priority", "name", "ats", "atm", "stc")
  local problem = not group and tasks.problemOf(id, job)
  if problem then
    tasks.setAside(id, problem)
    return nil
  end
  -- One of ours has a fit one.
  if not group then tasks.fitPriority(id, job[3]) end
  local score = job[2] and string.find(job[2], "^-%d+$") and #job[2] <= 17 and job[2]
  group = job[1] and tasks.keptGroup(job[1], job[4]) or group or tasks.groupOfJob(jobKey)
  if score then
    call("SREM", G_PLACES .. group, id)
    -- What takes it next looks for its group there.
    if job[1] ~= group then call("HSET", jobKey, "gid", group) end
  else
    score = tasks.scoreOf(tonumber(job[3]) or 0, call("INCR", SEQ))
    call("HSET", jobKey, "gid", group, "gsq", score)
  end
  call("ZADD", PRIORITIZED, score, id)
  call("ZADD", G_QUEUE .. group, score, id)
  tasks.arm(group)
  return group
end

-- Oldest first, a bounded number at a time. groups: known groups by id, to save reading them from the job.
function tasks.ingestRaw(limit, groups)
  local raw = call("RPOP", WAIT, limit)
  -- What stood in the list for a delay, up to the fifth version of BullMQ.
  for _, id in ipairs(raw or {}) do
    if string.sub(id, 1, 2) ~= "0:" then tasks.ingest(id, groups and groups[id]) end
  end
  raw = call("ZRANGEBYSCORE", PRIORITIZED, "0", "+inf", "LIMIT", 0, limit)
  for _, id in ipairs(raw) do
    tasks.ingest(id, groups and groups[id])
  end
end

-- A stock script has just pushed this task to `wait` or `prioritized`.
function tasks.ingestFromWait(id)
  if call("LREM", WAIT, "1", id) == 0 then call("ZREM", PRIORITIZED, id) end
  return tasks.ingest(id)
end

-- When the first delayed task is due, or false; read once, and once more after stock scripts may have delayed another.
local firstDue
function tasks.lookAgain()
  firstDue = nil
end

function tasks.firstDelayed()
  if firstDue == nil then
    local first = call("ZRANGE", DELAYED, "0", "0", "WITHSCORES")
    firstDue = first[2] and math.floor(tonumber(first[2]) / 0x1000) or false
  end
  return firstDue
end

-- In order, and before a stock script can push what is due to `wait` and fetch it from there in the same breath.
function tasks.promoteDue()
  local first, now = tasks.firstDelayed(), tasks.nowMs()
  if not first or first > now then return end
  firstDue = nil
  local due = call("ZRANGEBYSCORE", DELAYED, "0", tasks.whole((now + 1) * 0x1000 - 1), "LIMIT", "0", "100")
  for _, id in ipairs(due) do
    call("ZREM", DELAYED, id)
    if tasks.ingest(id) then
      call("HSET", QUEUE .. id, "delay", "0")
      call("XADD", EVENTS, "*", "event", "waiting", "jobId", id, "prev", "delayed")
    end
  end
end
