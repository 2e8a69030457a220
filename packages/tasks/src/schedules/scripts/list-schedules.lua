-- A page of schedules, by id.
-- ARGV[1] after   the last id of the page before; empty: from the beginning
-- ARGV[2] limit
-- returns {id the next page begins after or "", {schedule, its hash, ms it fires at or false, …}}

local from = ARGV[1] == "" and "-" or "(" .. ARGV[1]
local ids = call("ZRANGE", SCHEDULES_ALL, from, "+", "BYLEX", "LIMIT", "0", ARGV[2])
local list = {}
for _, schedule in ipairs(ids) do
  local hash = call("HGETALL", SCHEDULE .. schedule)
  -- Its hash is gone: a person has deleted it.
  if #hash == 0 then
    call("ZREM", SCHEDULES_ALL, schedule)
  else
    list[#list + 1] = schedule
    list[#list + 1] = hash
    list[#list + 1] = call("ZSCORE", SCHEDULES_DUE, schedule)
  end
end
return { #ids == tonumber(ARGV[2]) and ids[#ids] or "", list }
