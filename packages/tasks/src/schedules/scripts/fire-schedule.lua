-- Settles the tick a schedule stands at: what was missed is counted, a task is admitted, and the next tick is written. Whoever
-- believes in another tick or revision than there is changes nothing, nor does whoever looked more than a second ago: a command
-- that waited for Redis to come back would fire as on time what was missed.
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
-- ARGV[12] tz           version of the time zones by which `next` was reckoned
-- ARGV[13] looked       ms, when it was seen that it is due
-- ARGV[14] id           of the task; it and the rest are of no meaning without `run`
-- ARGV[15] handler
-- ARGV[16] data         of its job, JSON
-- ARGV[17] options      of its job, JSON
-- ARGV[18] admission    see admit.lua, JSON
-- returns {"stale"} or {"paused" | "finished" | "missed" | "fired" | "skipped" | "refused" | "known",
--   now in microseconds, the task before if it has failed, or "", the note of one that is paused}

local schedule, run = ARGV[1], ARGV[8]
local key = SCHEDULE .. schedule
local known = call("HMGET", key, "rev", "tick", "state")
local due = call("ZSCORE", SCHEDULES_DUE, schedule)
if known[1] ~= ARGV[2] or known[2] ~= ARGV[3] or known[3] ~= "active" or not due or tonumber(due) > tasks.nowMs() then
  return { "stale" }
end
if math.abs(tasks.nowMs() - ARGV[13]) > 1000 then return { "stale" } end
local pauseAfter = tonumber(ARGV[11])
local streak, failed = tasks.judgeLast(schedule)
local nowUs = tasks.whole(tasks.nowUs())
if pauseAfter > 0 and streak >= pauseAfter then
  local note = "its last " .. tasks.whole(streak) .. " tasks have failed (pauseAfter)"
  tasks.stopSchedule(schedule, "paused", note)
  call("HSET", key, "streak", "0")
  return { "paused", nowUs, failed or "", note }
end
local maxRuns = tonumber(ARGV[10])
local function isDone()
  return maxRuns > 0 and tonumber(call("HGET", key, "fired") or "0") >= maxRuns
end
-- It was triggered since, or its bound is lower than it was.
if isDone() then
  tasks.stopSchedule(schedule, "finished", "")
  return { "finished", nowUs, failed or "", "" }
end

local MISSED_LATELY_MS = 24 * 3600 * 1000
local outcome = "missed"
if run ~= "" then
  local entry = { id = ARGV[14], handler = ARGV[15], data = ARGV[16], options = ARGV[17], admission = ARGV[18] }
  outcome = tasks.runScheduled(schedule, ARGV[9], run, entry)
  if outcome == "skipped" then call("HINCRBY", key, "skipped", "1") end
end
if ARGV[7] ~= "0" then
  call("HINCRBY", key, "missed", ARGV[7])
  -- Of late, for who is woken: the log has the ten newest outcomes, which of a schedule of every minute are ten minutes.
  local lastMs = tonumber(call("HGET", key, "missedMs") or "") or 0
  if lastMs < tasks.nowMs() - MISSED_LATELY_MS then call("HSET", key, "missedLately", "0") end
  call("HINCRBY", key, "missedLately", ARGV[7])
  call("HSET", key, "missedMs", tasks.nowText())
  tasks.logFiring(schedule, "missed", ARGV[4], ARGV[7], "")
end
if run ~= "" then
  if outcome == "fired" or outcome == "known" then
    tasks.logFiring(schedule, "fired", run, "1", ARGV[14])
  else
    tasks.logFiring(schedule, outcome, run, "1", "")
  end
end

call("HSET", key, "lastTick", ARGV[4])
if ARGV[5] == "" or isDone() then
  tasks.stopSchedule(schedule, "finished", "")
else
  tasks.setTick(schedule, ARGV[5], ARGV[6], ARGV[12])
end
return { outcome, nowUs, failed or "", "" }
