-- ARGV[1] schedule
-- returns 1, or 0 when there was none

local schedule = ARGV[1]
call("ZREM", SCHEDULES_DUE, schedule)
call("ZREM", SCHEDULES_ALL, schedule)
call("DEL", SCHEDULE_LOG .. schedule)
return call("DEL", SCHEDULE .. schedule)
