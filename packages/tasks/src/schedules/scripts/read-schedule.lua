-- ARGV[1] schedule
-- returns {now in ms, its hash, ms it fires at or false, its last ten log entries, what is known of a forgotten one or false}

local schedule = ARGV[1]
return { tasks.nowText(), call("HGETALL", SCHEDULE .. schedule), call("ZSCORE", SCHEDULES_DUE, schedule),
  call("LRANGE", SCHEDULE_LOG .. schedule, "0", "9"), call("GET", SCHEDULE_PAST .. schedule) }
