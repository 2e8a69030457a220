-- ARGV[1] schedule
-- ARGV[2] rev    only this revision; empty: any
-- ARGV[3] note
-- ARGV[4] by     whose act it is; may be empty
-- returns 1, or 0 when there is none, it is finished or another revision

local schedule = ARGV[1]
local rev, state = unpack(call("HMGET", SCHEDULE .. schedule, "rev", "state"))
if not state or state == "finished" or ARGV[2] ~= "" and ARGV[2] ~= rev then return 0 end
tasks.stopSchedule(schedule, "paused", ARGV[3], ARGV[4])
return 1
