-- Notes by which version of the time zones all ticks are reckoned, unless something else was noted meanwhile.
-- ARGV[1] expected
-- ARGV[2] tz
-- returns 1, or 0 when it was something else

if call("GET", SCHEDULES_TZ) ~= ARGV[1] then return 0 end
call("SET", SCHEDULES_TZ, ARGV[2])
return 1
