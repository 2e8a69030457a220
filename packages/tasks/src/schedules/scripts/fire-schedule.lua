-- Settles the tick a schedule stands at: what was missed is counted, a task is admitted, and the next tick is written. Whoever
-- believes in another tick or revision than there is changes nothing.
-- ARGV[1] schedule
-- ARGV[2] rev
-- ARGV[3] tick          it stands at
-- ARGV[4] last          newest tick that is settled by this
-- ARGV[5] next          the tick after; empty: there is none
-- ARGV[6] due           when that fires
-- ARGV[7] missed        how many are passed over
-- ARGV[8] run           the tick a task is for; empty: none
-- ARGV[9] overlap
-- ARGV[10] maxRuns      0: no bound
-- ARGV[11] pauseAfter   0: never
-- ARGV[12] id           of the task; it and the rest are of no meaning without `run`
-- ARGV[13] handler
-- ARGV[14] data         of its job, JSON
-- ARGV[15] options      of its job, JSON
-- ARGV[16] admission    see admit.lua, JSON
-- returns {"stale" | "paused" | "missed" | "fired" | "skipped" | "refused" | "known"}

local schedule, run = ARGV[1], ARGV[8]
local key = SCHEDULE .. schedule
local known = call("HMGET", key, "rev", "tick", "state")
local due = call("ZSCORE", SCHEDULES_DUE, schedule)
if known[1] ~= ARGV[2] or known[2] ~= ARGV[3] or known[3] ~= "active" or not due or tonumber(due) > tasks.nowMs() then
  return { "stale" }
end
local pauseAfter = tonumber(ARGV[11])
local streak = tasks.judgeLast(schedule)
if pauseAfter > 0 and streak >= pauseAfter then
  tasks.stopSchedule(schedule, "paused", "its last " .. tasks.whole(streak) .. " tasks have failed (pauseAfter)")
  call("HSET", key, "streak", "0")
  return { "paused" }
end

local outcome = "missed"
if run ~= "" then
  local entry = { id = ARGV[12], handler = ARGV[13], data = ARGV[14], options = ARGV[15], admission = ARGV[16] }
  outcome = tasks.runScheduled(schedule, ARGV[9], entry)
  if outcome == "skipped" then call("HINCRBY", key, "skipped", "1") end
end
if ARGV[7] ~= "0" then
  call("HINCRBY", key, "missed", ARGV[7])
  tasks.logFiring(schedule, "missed", ARGV[4], ARGV[7], "")
end
if run ~= "" then
  if outcome == "fired" or outcome == "known" then
    tasks.logFiring(schedule, "fired", run, "1", ARGV[12])
  else
    tasks.logFiring(schedule, outcome, run, "1", "")
  end
end

call("HSET", key, "lastTick", ARGV[4])
local maxRuns = tonumber(ARGV[10])
if ARGV[5] == "" or maxRuns > 0 and tonumber(call("HGET", key, "fired") or "0") >= maxRuns then
  tasks.stopSchedule(schedule, "finished", "")
  call("PEXPIRE", key, FINISHED_TTL_MS)
  call("PEXPIRE", SCHEDULE_LOG .. schedule, FINISHED_TTL_MS)
else
  call("HSET", key, "tick", ARGV[5])
  call("ZADD", SCHEDULES_DUE, ARGV[6], schedule)
end
return { outcome }
