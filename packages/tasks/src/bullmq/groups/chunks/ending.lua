-- The end of an attempt: what the worker wants written into the record travels behind the stock script's own arguments and
-- is written if, and only if, the stock script accepts the move.

-- from: where the ending begins in args, with the token; the rest is absent or empty when there is nothing to write.
function tasks.endingOf(args, from)
  if (args[from + 1] or "") == "" then return nil end
  return { token = args[from], fence = args[from + 1],
    change = { args[from + 2], args[from + 3], args[from + 4], args[from + 5], args[from + 6] } }
end

-- The lock ran out, in an outage as a rule, and the task may already have been put back; but nobody has started it again.
-- It is still this worker's then, and a result must not be thrown away for a formality. `ats` grows with every start, so the
-- same number means that nobody came in between.
function tasks.reclaim(id, ending)
  if not ending then return end
  local jobKey = QUEUE .. id
  if call("EXISTS", jobKey .. ":lock") == 1 then return end
  local job = call("HMGET", jobKey, "ats", "gid")
  if job[1] ~= ending.fence then return end
  if not call("LPOS", ACTIVE, id) then
    if call("ZREM", PRIORITIZED, id) + call("LREM", WAIT, "1", id) == 0 then return end
    if job[2] then
      call("ZREM", G_QUEUE .. job[2], id)
      -- It has lost its place by being put back, and may need it yet: between two attempts nothing overtakes it.
      tasks.takePlace(job[2], id, 0)
    end
    call("LPUSH", ACTIVE, id)
  end
  call("SET", jobKey .. ":lock", ending.token, "PX", 10000)
end

function tasks.writeEnding(id, ending)
  if not ending then return false end
  local verdict, record = tasks.changeRecord(id, ending.fence, ending.change)
  return { verdict, record }
end

-- So that a broken group stops before it has failed all of its tasks.
function tasks.countFailure(group)
  local pauseAfter = tasks.settingsOf(group).pauseAfter
  if pauseAfter == 0 then return end
  if call("HINCRBY", FAILS, group, "1") >= pauseAfter then
    tasks.pause(group, pauseAfter .. " tasks in a row failed for good")
  end
end

local DEAD_MS = 7 * 24 * 3600 * 1000
local DEAD_MAX = 10000

-- In microseconds, or several in one millisecond would have no order; and one apart within a script, which has one moment.
local buried = 0
function tasks.bury(group, id)
  local dead = G_DEAD .. group
  call("ZADD", dead, tasks.nowUs() + buried, id)
  buried = buried + 1
  call("ZREMRANGEBYSCORE", dead, "-inf", tasks.nowUs() - DEAD_MS * 1000)
  call("ZREMRANGEBYRANK", dead, 0, -DEAD_MAX - 1)
  call("PEXPIRE", dead, DEAD_MS)
  tasks.countFailure(group)
end
