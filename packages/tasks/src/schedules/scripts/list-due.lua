-- What is due, and when something is next.
-- ARGV[1] limit
-- returns {now in ms, how many have a tick, how many are finished, how many there are, ms of the first that is not due or false,
--   oldest version of the time zones a tick was reckoned by or false, {schedule, due ms, {rev, inc, tick, lastTick, spec}, …}}

local now = tasks.nowText()
tasks.forgetFinished()
local due = call("ZRANGEBYSCORE", SCHEDULES_DUE, "-inf", now, "WITHSCORES", "LIMIT", "0", ARGV[1])
local list = {}
for index = 1, #due, 2 do
  local schedule = due[index]
  local fields = call("HMGET", SCHEDULE .. schedule, "rev", "inc", "tick", "lastTick", "spec")
  -- Its hash is gone: a person has deleted it.
  if not fields[5] or not fields[3] then
    call("ZREM", SCHEDULES_DUE, schedule)
  else
    list[#list + 1] = schedule
    list[#list + 1] = due[index + 1]
    list[#list + 1] = fields
  end
end
local first = call("ZRANGEBYSCORE", SCHEDULES_DUE, "(" .. now, "+inf", "WITHSCORES", "LIMIT", "0", "1")
return { now, call("ZCARD", SCHEDULES_DUE), call("ZCARD", SCHEDULES_FINISHED), call("ZCARD", SCHEDULES_ALL),
  first[2] or false, call("GET", SCHEDULES_TZ), list }
