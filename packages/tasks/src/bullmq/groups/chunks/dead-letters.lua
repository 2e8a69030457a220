-- Tasks that failed for good, or cannot be run at all: kept for a week, with their reason, and of each group the newest DEAD_MAX.
-- A bound over all groups would let one that is broken push out what others have failed with.

-- Of an id in a list. Whatever reads the jobs of a list must get past one, or a single one that is none holds up all others.
local NO_JOB = "what lies under its id is no job"
function tasks.isNoJob(id)
  return type(redis.pcall("HLEN", QUEUE .. id)) == "table"
end

local DEAD_MS = 7 * 24 * 3600 * 1000

-- So that a broken group stops before it has failed all of its tasks.
function tasks.countFailure(group)
  local pauseAfter = tasks.settingsOf(group).pauseAfter
  if pauseAfter == 0 then return end
  if call("HINCRBY", FAILS, group, "1") >= pauseAfter then
    tasks.pause(group, tasks.whole(pauseAfter) .. " tasks in a row failed for good", "")
  end
end

-- In microseconds, or several in one millisecond would have no order; and one apart within a script, which has one moment.
local buried = 0
-- More than one are over the bound only where an older version has left them.
local DROPPED_AT_ONCE = 10
-- returns how many older ones were dropped for it
function tasks.bury(group, id)
  local dead, atUs = G_DEAD .. group, tasks.whole(tasks.nowUs() + buried)
  call("ZADD", dead, atUs, id)
  -- For who asks which groups have any, as a thousand in one group must not hide one in another.
  call("ZADD", DEAD, atUs, group)
  buried = buried + 1
  call("ZREMRANGEBYSCORE", dead, "-inf", tasks.whole(tasks.nowUs() - DEAD_MS * 1000))
  call("PEXPIRE", dead, tasks.whole(DEAD_MS))
  call("ZREMRANGEBYSCORE", DEAD, "-inf", tasks.whole(tasks.nowUs() - DEAD_MS * 1000))
  call("PEXPIRE", DEAD, tasks.whole(DEAD_MS))
  tasks.countFailure(group)
  local excess = math.min(call("ZCARD", dead) - DEAD_MAX, DROPPED_AT_ONCE)
  if excess <= 0 then return 0 end
  local dropped = call("ZPOPMIN", dead, tasks.whole(excess))
  for index = 1, #dropped, 2 do
    -- Retried since, it is no dead letter and lives on.
    if call("ZREM", FAILED, dropped[index]) == 1 then
      local key = QUEUE .. dropped[index]
      call("DEL", key, key .. ":logs", key .. ":dependencies", key .. ":processed", key .. ":failed", key .. ":unsuccessful")
    end
  end
  return excess
end

-- It is no dead letter any more. A group that has none left must go from DEAD, of which the newest alone are read: it would hide others.
function tasks.unbury(group, id)
  if call("ZREM", G_DEAD .. group, id) == 1 and call("EXISTS", G_DEAD .. group) == 0 then call("ZREM", DEAD, group) end
end

-- Bytes that may be anything, as a text fit for JSON.
local function readable(bytes)
  local text = string.sub(bytes, 1, 255)
  return tasks.isUtf8(text) and text or (string.gsub(text, "[\128-\255]+", "\239\191\189"))
end

-- What a record begins with of a job that has none, whatever stands in it, or of one that is gone.
function tasks.bornOf(id)
  local born = { handler = "", group = "", user = "", attempts = "1", resultTtlMs = "604800000", enqueuedAtMs = tasks.nowText() }
  if not tasks.isJob(id) then return born end
  local job = call("HMGET", QUEUE .. id, "gid", "name", "timestamp")
  born.group = job[1] and tasks.keptGroup(job[1], job[2]) or tasks.groupOfJob(QUEUE .. id)
  born.handler = readable(job[2] or "")
  if job[3] and string.find(job[3], "^[1-9]%d*$") and #job[3] < 16 then born.enqueuedAtMs = job[3] end
  return born
end

-- Whether a hash that cannot be a task's by its name was written as a job: none of the queue's own has these fields.
local function isStray(id)
  if string.find(id, "^%a+:") and string.find(" g: de: dn: repeat: metrics: ", " " .. string.match(id, "^%a+:") .. " ", 1, true) then
    return false
  end
  local fields = redis.pcall("HMGET", QUEUE .. id, "name", "data", "opts")
  return not fields.err and (fields[1] or fields[2]) and fields[3] and true
end

-- The end of a task that is not run, however it came here: out of every list, among the failed ones while there is a job, and with a
-- record that says why. An id that cannot be one becomes its hash, under which the task can be asked for.
function tasks.setAside(id, reason)
  local name, jobKey, group = id, QUEUE .. id, ""
  local isJob = tasks.isJob(id)
  call("ZREM", PRIORITIZED, id)
  call("ZREM", DELAYED, id)
  call("LREM", ACTIVE, "0", id)
  if not tasks.isTaskId(id) then
    name = "sha1-" .. redis.sha1hex(id)
    isJob = isStray(id)
    if isJob then call("RENAME", jobKey, QUEUE .. name) end
    jobKey = QUEUE .. name
  end
  local record = tasks.readRecord(name)
  local now, born = tasks.nowText(), tasks.bornOf(name)
  if isJob then
    group = born.group
    call("DEL", QUEUE .. id .. ":lock")
    call("HSET", jobKey, "name", born.handler, "gid", group, "failedReason", reason, "finishedOn", now)
    call("ZADD", FAILED, now, name)
    call("XADD", EVENTS, "*", "event", "failed", "jobId", name, "failedReason", reason, "prev", "active")
    call("ZREM", G_QUEUE .. group, id)
    tasks.release(group, id)
    tasks.tidy(group)
    tasks.bury(group, name)
  end
  if record and tasks.isSettled(record.status) then return end
  record = record or tasks.newRecord(name, "failed", born)
  tasks.leaveRetrying(name, record)
  record.status = "failed"
  record.error = cjson.encode({ code = "task_unreadable", message = "it cannot be run: " .. reason })
  tasks.settle(name, record)
end
