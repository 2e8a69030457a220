-- Groups that are paused, and the newest of what failed for good; see group-trouble.ts. Reads only.
-- ARGV[1] pausedMax    paused groups told of
-- ARGV[2] fieldsMax    settings looked at for them
-- ARGV[3] lettersMax   dead letters looked at
-- returns {nowMs, by whom the queue is paused or "", {group, reason, waiting, "<ms> <by>", …}, whether groups were left out, dead,
--   {id, handler, group, start of the reason, failedAtMs, …}}

local pausedMax, fieldsMax = tonumber(ARGV[1]), tonumber(ARGV[2])
local REASON_MAX_BYTES = 400
local paused, cursor, looked, found = {}, "0", 0, 0
repeat
  local page = call("HSCAN", SETTINGS, cursor, "COUNT", "500")
  cursor = page[1]
  for index = 1, #page[2], 2 do
    looked = looked + 1
    local field = page[2][index]
    if string.sub(field, 1, 2) == "p:" and found < pausedMax then
      local group = string.sub(field, 3)
      found = found + 1
      for _, value in ipairs({ group, page[2][index + 1], call("ZCARD", G_QUEUE .. group), call("HGET", PAUSES, group) or "" }) do
        paused[#paused + 1] = value
      end
    end
  end
until cursor == "0" or looked >= fieldsMax or found >= pausedMax

local letters = {}
local page = call("ZREVRANGE", FAILED, "0", tasks.whole(tonumber(ARGV[3]) - 1), "WITHSCORES")
for index = 1, #page, 2 do
  local id = page[index]
  local job = redis.pcall("HMGET", QUEUE .. id, "name", "gid", "failedReason")
  if not job.err and job[1] then
    local group = job[2] and tasks.keptGroup(job[2], job[1]) or tasks.groupOfJob(QUEUE .. id)
    local reason = string.sub(job[3] or "", 1, REASON_MAX_BYTES)
    for _, value in ipairs({ id, job[1], group, reason, page[index + 1] }) do letters[#letters + 1] = value end
  end
end
return { tasks.nowText(), tasks.queueHeld().paused or "", paused, cursor ~= "0" and 1 or 0, call("ZCARD", FAILED), letters }
