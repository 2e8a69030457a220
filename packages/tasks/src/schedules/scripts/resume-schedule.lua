-- ARGV[1] schedule
-- ARGV[2] rev
-- ARGV[3] tick      its next; empty: there is none
-- ARGV[4] due       when that fires
-- ARGV[5] channel   pub/sub: look again
-- ARGV[6] tz        version of the time zones by which `tick` was reckoned
-- returns 1, or 0 when it is another revision or not paused

local schedule = ARGV[1]
local key = SCHEDULE .. schedule
local known = call("HMGET", key, "rev", "state")
if known[1] ~= ARGV[2] or known[2] ~= "paused" then return 0 end
if ARGV[3] == "" then
  tasks.stopSchedule(schedule, "finished", "")
  return 1
end
call("HSET", key, "note", "", "streak", "0", "updatedMs", tasks.nowText())
tasks.setTick(schedule, ARGV[3], ARGV[4], ARGV[6])
call("PUBLISH", ARGV[5], "")
return 1
