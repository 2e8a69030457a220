-- ARGV[1] schedule
-- ARGV[2] note
-- returns 1, or 0 when there is none or it is finished

local schedule = ARGV[1]
local state = call("HGET", SCHEDULE .. schedule, "state")
if not state or state == "finished" then return 0 end
tasks.stopSchedule(schedule, "paused", ARGV[2])
return 1
