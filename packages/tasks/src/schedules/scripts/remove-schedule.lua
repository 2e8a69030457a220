-- ARGV[1] schedule
-- returns 1, or 0 when there was none

return tasks.removeSchedule(ARGV[1])
