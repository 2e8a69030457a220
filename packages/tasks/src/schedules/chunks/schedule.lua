-- Schedules beside the queue, in its slot: what fires admits its task in the same step. SCHEDULE and SCHEDULE_LOG are the
-- beginnings of a schedule's keys, SCHEDULE_PAST of what is known of a forgotten one; SCHEDULES_ALL, SCHEDULES_DUE and SCHEDULES_FINISHED are sets of their ids, SCHEDULES_TZ is a
-- version, CANCEL_CHANNEL is where running tasks are cancelled. Numbers of a schedule are kept and handed on as the texts they
-- came as.

-- A task comes in whose job was made beforehand. entry: {id, handler, data, options, admission}, the last two as JSON
-- returns {"created" | "known" | "full" | "dropped", …}
function tasks.enter(entry)
  local id = entry.id
  if tasks.isJob(id) or tasks.readRecord(id) then return { "known", id } end
  local refusal, accepted, rec = tasks.admit(cjson.decode(entry.admission))
  if refusal then return refusal end
  local args = { QUEUE, id, entry.handler, tasks.nowMs() }
  stock.addStandardJob(tasks.standardKeys(), { cmsgpack.pack(args), entry.data, cmsgpack.pack(cjson.decode(entry.options)) })
  if rec then call("HSET", QUEUE .. id, "rec", rec) end
  call("LREM", WAIT, "1", id)
  tasks.ingest(id)
  tasks.wake()
  return accepted
end

-- Fifty entries: <outcome> <tick> <ms> <count> <task>
function tasks.logFiring(schedule, outcome, tick, count, id)
  local key = SCHEDULE_LOG .. schedule
  call("LPUSH", key, outcome .. " " .. tick .. " " .. tasks.nowText() .. " " .. count .. " " .. id)
  call("LTRIM", key, "0", "49")
end

-- Enqueues a task of a schedule for one of its ticks, unless the task before it stands in its way.
-- returns "fired" | "skipped" | "refused" | "known"
function tasks.runScheduled(schedule, overlap, tick, entry)
  local key = SCHEDULE .. schedule
  local last = call("HGET", key, "last")
  local record = last and last ~= entry.id and tasks.readRecord(last)
  if record and not tasks.isSettled(record.status) then
    -- The one before runs, or waits behind another: a second one is not kept waiting.
    if overlap == "skip" or overlap == "buffer_one" and record.status == "queued" then return "skipped" end
    if overlap == "cancel_other" then
      local reason = cjson.encode({ code = "cancelled", message = "its schedule has fired again" })
      tasks.cancelTask(last, reason, CANCEL_CHANNEL)
    end
  end
  local verdict = tasks.enter(entry)[1]
  if verdict == "known" then return "known" end
  if verdict ~= "created" then return "refused" end
  call("HSET", key, "last", entry.id, "lastRun", tick)
  call("HINCRBY", key, "fired", "1")
  return "fired"
end

-- Counts what became of the last task, once it is settled.
-- returns how many in a row have failed, the id of the last if it has failed and was not counted before
function tasks.judgeLast(schedule)
  local key = SCHEDULE .. schedule
  local last, judged, streak = unpack(call("HMGET", key, "last", "judged", "streak"))
  local record = last and last ~= judged and tasks.readRecord(last)
  if not record or not tasks.isSettled(record.status) then return tonumber(streak or "0") end
  call("HSET", key, "judged", last)
  if record.status == "failed" then
    call("HINCRBY", key, "failed", "1")
    return call("HINCRBY", key, "streak", "1"), last
  end
  call("HSET", key, "streak", "0")
  return 0
end

-- It stands at this tick, which fires at `due`. tz: the version of the time zones by which that was reckoned.
function tasks.setTick(schedule, tick, due, tz)
  call("HSET", SCHEDULE .. schedule, "tick", tick, "state", "active")
  call("ZADD", SCHEDULES_DUE, due, schedule)
  call("ZREM", SCHEDULES_FINISHED, schedule)
  -- The oldest version by which any tick may have been reckoned; see retime-schedules.ts.
  local known = call("GET", SCHEDULES_TZ)
  if not known or tz < known then call("SET", SCHEDULES_TZ, tz) end
end

-- It has no tick any more. A finished one is forgotten after a day.
-- by: whose act a pause is, none for the hub's own. One that is paused already stands still since it was, whoever writes another note.
function tasks.stopSchedule(schedule, state, note, by)
  local key = SCHEDULE .. schedule
  if state == "paused" then
    if call("HGET", key, "state") ~= "paused" then call("HSET", key, "pausedMs", tasks.nowText()) end
    call("HSET", key, "pausedBy", by or "")
  end
  call("ZREM", SCHEDULES_DUE, schedule)
  call("HDEL", key, "tick")
  call("HSET", key, "state", state, "note", note, "updatedMs", tasks.nowText())
  if state == "finished" then
    call("ZADD", SCHEDULES_FINISHED, tasks.whole(tasks.nowMs() + FINISHED_TTL_MS), schedule)
  end
end

function tasks.removeSchedule(schedule)
  call("ZREM", SCHEDULES_DUE, schedule)
  call("ZREM", SCHEDULES_FINISHED, schedule)
  call("ZREM", SCHEDULES_ALL, schedule)
  call("DEL", SCHEDULE_LOG .. schedule, SCHEDULE_PAST .. schedule)
  return call("DEL", SCHEDULE .. schedule)
end

-- What had fired is remembered for longer than the schedule: who puts it at every start must not run it at every start.
-- SCHEDULE_PAST: "<lastTick> <fired> <timing as JSON>"
local function rememberPast(schedule)
  local lastTick, fired, spec = unpack(call("HMGET", SCHEDULE .. schedule, "lastTick", "fired", "spec"))
  local timing = string.match(spec or "", '^{"timing":(%b{})')
  tasks.removeSchedule(schedule)
  if not lastTick or not timing then return end
  call("SET", SCHEDULE_PAST .. schedule, lastTick .. " " .. (fired or "0") .. " " .. timing, "PX", tasks.whole(PAST_TTL_MS))
end

-- A time to live of the keys would leave the ids in their sets, where they count.
function tasks.forgetFinished()
  local old = call("ZRANGEBYSCORE", SCHEDULES_FINISHED, "-inf", tasks.nowText(), "LIMIT", "0", "100")
  for _, schedule in ipairs(old) do rememberPast(schedule) end
end
