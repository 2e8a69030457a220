-- The usual end of an attempt, with the usual start of the next one: the task has succeeded, and has neither parent nor children nor
-- a deduplication. What this leaves in Redis is what the stock scripts leave, key by key, and usual-ends.redis.test.ts holds the two
-- together; but it asks for nothing twice, and what can be done for all ends of a script at once is done when the last is written. It
-- is half of the calls, and so half of the time. Whatever is not usual is left to the stock scripts, before anything is written.

-- What holds for all ends of this script, or false: none of them is a usual one.
local usual = false
local done, doneLocks, started = {}, {}, {}

-- Before the first end. ARGV is that of move-to-finished.lua.
function tasks.openUsual()
  if ARGV[2] ~= "completed" then return end
  local options = cjson.decode(ARGV[1])
  local keep = options.keepJobs
  if keep.count == 0 or options.limiter or options.maxMetricsSize ~= "" then return end
  local meta = call("HMGET", META, "paused", "concurrency", "max", "opts.maxLenEvents")
  if meta[1] or meta[2] or meta[3] or not meta[4] then return end
  local childKeys = {}
  for at = 4, #ARGV, FINISH_LENGTH do
    childKeys[#childKeys + 1] = QUEUE .. ARGV[at] .. ":dependencies"
    childKeys[#childKeys + 1] = QUEUE .. ARGV[at] .. ":unsuccessful"
  end
  -- Settings are asked for in the same breath: as a rule there are none of either.
  if call("EXISTS", SETTINGS, SHARES, LACKS, unpack(childKeys)) == 0 then hasSettings = false
  elseif call("EXISTS", unpack(childKeys)) > 0 then return end
  usual = { keep = keep, lockMs = tasks.whole(options.lockDuration), worker = options.name, eventsMax = meta[4] }
end

-- returns the reply {job, id, limit, delay, begun}
local function start(task, token)
  local key, starts, now = QUEUE .. task.id, tasks.whole(task.starts + 1), tasks.nowText()
  -- First, as it is in no other list any more.
  started[#started + 1] = task.id
  call("SET", key .. ":lock", token, "PX", usual.lockMs)
  call("XADD", EVENTS, "*", "event", "active", "jobId", task.id, "prev", "waiting")
  call("HSET", key, "processedOn", now, "ats", starts, unpack(usual.worker and { "pb", usual.worker } or {}))
  -- Of two values of one name readers take the later one.
  local job, size = task.job, #task.job
  task.size = size
  local begun = tasks.beginLater(task)
  job[size + 1], job[size + 2], job[size + 3], job[size + 4] = "processedOn", now, "ats", starts
  return { job, task.id, 0, 0, begun }
end

-- at: where the end begins in ARGV. record: where it was read already
function tasks.endingAt(at, record)
  local ending = tasks.endingOf(ARGV, at + 5, ARGV[at], record)
  -- The job's value, which is not sent twice: it may be long.
  if ending and ending.change[4] == "=" then ending.change[4] = ARGV[at + 2] end
  return ending
end

-- What a worker is told of an end, as one text, since taking a reply of many apart costs it more than anything else of a task: id of the next
-- task, limit, delay, what begins (group, fence, verdict, record), what has become of the end, the time, how many dead letters gave way, and
-- how many names and values of the next job follow; between them NULs. Only the job may hold more of those, and then it is read again.
-- next: {job, id, limit, delay, begun}. ended: a verdict, or false
function tasks.toldOf(next, ended, dropped)
  local job, begun = next[1], next[5] or {}
  local fields = type(job) == "table" and job or {}
  return table.concat({ begun[5] or "", tasks.whole(next[3] or 0), tasks.whole(next[4] or 0), begun[1] or "", begun[2] or "", begun[3] or "",
    begun[4] or "", ended or "", tasks.nowText(), tasks.whole(dropped), tasks.whole(#fields), table.concat(fields, "\0") }, "\0")
end

-- at: where the end begins in ARGV. returns {next, ended, dropped} as toldOf takes them, or nil: this one is not usual
function tasks.finishUsual(at)
  local id, token = ARGV[at], ARGV[at + 5]
  if not usual or ARGV[at + 4] ~= "" then return nil end
  local key = QUEUE .. id
  local job = call("HMGET", key, "name", "gid", "rec", "ats", "atm", "processedOn", "finishedOn", "parentKey", "parent", "deid")
  local group = job[2]
  if not group or job[8] or job[9] or job[10] then return nil end
  local kept = call("MGET", key .. ":lock", RECORD .. id)
  if kept[1] ~= token then return nil end
  if call("LREM", ACTIVE, "-1", id) == 0 then return nil end
  done[#done + 1], doneLocks[#doneLocks + 1] = id, key .. ":lock"

  call("HSET", key, "atm", tasks.whole((job[5] or 0) + 1), ARGV[3], ARGV[at + 2], "finishedOn", tasks.nowText())
  if #done == 1 then
    call("XADD", EVENTS, "MAXLEN", "~", usual.eventsMax, "*", "event", "completed", "jobId", id, ARGV[3], ARGV[at + 2], "prev", "active")
  else
    call("XADD", EVENTS, "*", "event", "completed", "jobId", id, ARGV[3], ARGV[at + 2], "prev", "active")
  end
  if tasks.settingsOf(group).pauseAfter > 0 then call("HDEL", FAILS, group) end
  tasks.release(group, id)
  local record
  if kept[2] then record = tasks.parseRecord(kept[2]) else record = derivedRecord(id, job) end
  local ended = tasks.writeEnding(id, tasks.endingAt(at, record))
  local next = { 0, 0, 0, 0 }
  if ARGV[at + 3] == "1" then
    local task = tasks.pick()
    next = task and start(task, token) or tasks.nothing(tonumber(ARGV[at + 1]))
  end
  return { next = next, ended = ended, dropped = 0 }
end

-- Of more than are kept the oldest go, and of those the ones that are too old. returns their ids
local function takeOldest(completed)
  local count, age = usual.keep.count or 0, usual.keep.age
  local gone, bound = {}, age and tasks.nowMs() - age * 1000
  local excess = count > 0 and call("ZCARD", completed) - count or 0
  local newest
  if excess > 0 then
    local popped = call("ZPOPMIN", completed, tasks.whole(excess))
    for index = 1, #popped, 2 do gone[#gone + 1] = popped[index] end
    newest = tonumber(popped[#popped])
  end
  -- What is left is younger than the youngest of those.
  if bound and (not newest or newest <= bound) then
    local old = call("ZRANGEBYSCORE", completed, "-inf", tasks.whole(bound), "LIMIT", "0", tasks.whole(usual.keep.limit or 1000))
    if #old > 0 then call("ZREM", completed, unpack(old)) end
    for _, id in ipairs(old) do gone[#gone + 1] = id end
  end
  return gone
end

-- Deletes keys, and all that belongs to some jobs.
local function forget(keys, ids)
  for _, id in ipairs(ids) do
    local key, size = QUEUE .. id, #keys
    keys[size + 1], keys[size + 2], keys[size + 3] = key, key .. ":logs", key .. ":dependencies"
    keys[size + 4], keys[size + 5], keys[size + 6] = key .. ":processed", key .. ":failed", key .. ":unsuccessful"
    -- A call takes some thousands.
    if size > 6000 then
      call("DEL", unpack(keys))
      keys = {}
    end
  end
  if #keys > 0 then call("DEL", unpack(keys)) end
end

-- After the last end, however the others have gone.
function tasks.closeUsual()
  if #done == 0 then return end
  call("SREM", STALLED, unpack(done))
  local scored, now = {}, tasks.nowText()
  for _, id in ipairs(done) do
    scored[#scored + 1], scored[#scored + 2] = now, id
  end
  call("ZADD", COMPLETED, unpack(scored))
  forget(doneLocks, takeOldest(COMPLETED))
  if #started > 0 then
    call("LPUSH", ACTIVE, unpack(started))
    tasks.noteStart()
  else
    if call("LLEN", WAIT) + call("LLEN", ACTIVE) + call("ZCARD", PRIORITIZED) == 0 then call("XADD", EVENTS, "*", "event", "drained") end
    tasks.wake()
  end
end
