-- Moves the tick a schedule stands at, because the rules of its time zone have changed.
-- ARGV[1] schedule
-- ARGV[2] rev
-- ARGV[3] tick   it stands at
-- ARGV[4] next   the tick by the new rules
-- ARGV[5] due    when that fires
-- ARGV[6] tz     their version
-- returns 1, or 0 when it has another revision or tick, or is due: what is due fires as it was promised

local schedule = ARGV[1]
local known = call("HMGET", SCHEDULE .. schedule, "rev", "tick", "state")
if known[1] ~= ARGV[2] or known[2] ~= ARGV[3] or known[3] ~= "active" then return 0 end
if tonumber(call("ZSCORE", SCHEDULES_DUE, schedule) or "0") <= tasks.nowMs() then return 0 end
tasks.setTick(schedule, ARGV[4], ARGV[5], ARGV[6])
return 1
