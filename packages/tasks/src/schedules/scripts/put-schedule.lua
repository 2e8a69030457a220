-- Creates a schedule or replaces what it says. Its hash: spec (JSON), rev, inc (random, of this creation), state, tick, lastTick,
-- last and judged (task ids), lastRun (tick of last), streak, note, fired, missed, skipped, failed, createdMs, updatedMs,
-- missedMs (when it last passed over a tick), missedLately (how many, since a day without any), pausedMs and pausedBy (of the newest pause).
-- ARGV[1] schedule
-- ARGV[2] expected      revision that is replaced; empty: there must be none
-- ARGV[3] spec
-- ARGV[4] keepsTick     1: its times are the same, so it stands where it stood
-- ARGV[5] tick          first one of the new times; empty: there is none
-- ARGV[6] due           when that fires
-- ARGV[7] incarnation   for one that is new
-- ARGV[8] limit         schedules there may be
-- ARGV[9] channel       pub/sub: look again
-- ARGV[10] tz           version of the time zones by which `tick` was reckoned
-- ARGV[11] lastTick     by which `tick` was reckoned; empty: nothing had fired
-- ARGV[12] forgetsLast  1: other times have fired that tick, and say nothing of these
-- ARGV[13] pastTick    of a new one that was there before: its lastTick of then, by which `tick` was reckoned; empty: it was not
-- ARGV[14] pastFired
-- returns {"created" | "updated" | "stale" | "full"}

local schedule, tick = ARGV[1], ARGV[5]
local key, now = SCHEDULE .. schedule, tasks.nowText()
local rev, state, lastTick = unpack(call("HMGET", key, "rev", "state", "lastTick"))
if (rev or "") ~= ARGV[2] then return { "stale" } end
if not rev and call("ZCARD", SCHEDULES_ALL) >= tonumber(ARGV[8]) then
  tasks.forgetFinished()
  if call("ZCARD", SCHEDULES_ALL) >= tonumber(ARGV[8]) then return { "full" } end
end
-- Another worker has fired meanwhile; the tick must be looked for again.
if ARGV[4] ~= "1" and (lastTick or "") ~= ARGV[11] then return { "stale" } end

call("HINCRBY", key, "rev", "1")
call("HSET", key, "spec", ARGV[3], "updatedMs", now)
if ARGV[12] == "1" then call("HDEL", key, "lastTick") end
if not rev then
  call("HSET", key, "inc", ARGV[7], "state", "active", "createdMs", now, "note", "")
  call("ZADD", SCHEDULES_ALL, "0", schedule)
  call("DEL", SCHEDULE_PAST .. schedule)
  if ARGV[13] ~= "" then call("HSET", key, "lastTick", ARGV[13], "fired", ARGV[14]) end
end
if ARGV[4] ~= "1" and state ~= "paused" then
  if tick == "" then
    tasks.stopSchedule(schedule, "finished", "")
  else
    tasks.setTick(schedule, tick, ARGV[6], ARGV[10])
  end
end
call("PUBLISH", ARGV[9], "")
return { rev and "updated" or "created" }
