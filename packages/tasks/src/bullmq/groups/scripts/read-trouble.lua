-- Groups that are paused, and the newest of what failed for good; see group-trouble.ts. Reads only.
-- ARGV[1] pausedMax    paused groups told of
-- ARGV[2] fieldsMax    settings looked at for them
-- ARGV[3] lettersMax   dead letters looked at
-- ARGV[4] groupsMax    groups with dead letters told of
-- returns {nowMs, by whom the queue is paused or "", {group, reason, waiting, "<ms> <by>", …}, whether groups were left out, dead,
--   {id, handler, group, start of the reason, failedAtMs, …}, {group, its dead letters, and of the newest id, handler, start of the
--   reason, failedAtMs, …}}, those groups first in which something has failed last, the first word of why Redis refuses writes, "?" where that is none, or "",
--   how many groups have dead letters}

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

-- returns id, handler, start of the reason and ms; nil: the job is gone
local function letter(id, job, failedAtMs)
  if job.err or not job[1] then return nil end
  return { id, job[1], string.sub(job[3] or "", 1, REASON_MAX_BYTES), failedAtMs }
end
local function append(list, values)
  for _, value in ipairs(values) do list[#list + 1] = value end
end

local names = {}
local function groupOf(job, id)
  if not job[2] then return tasks.groupOfJob(QUEUE .. id) end
  local key = job[2] .. "\0" .. job[1]
  names[key] = names[key] or tasks.keptGroup(job[2], job[1])
  return names[key]
end

-- The newest of a group is among the newest of all, as a rule.
local jobs = {}
local function jobOf(id)
  jobs[id] = jobs[id] or redis.pcall("HMGET", QUEUE .. id, "name", "gid", "failedReason")
  return jobs[id]
end

local letters = {}
local page = call("ZREVRANGE", FAILED, "0", tasks.whole(tonumber(ARGV[3]) - 1), "WITHSCORES")
for index = 1, #page, 2 do
  local id = page[index]
  local job = jobOf(id)
  local found = letter(id, job, page[index + 1])
  if found then
    append(letters, { found[1], found[2], groupOf(job, id), found[3], found[4] })
  end
end

local dead = {}
for _, group in ipairs(call("ZREVRANGE", DEAD, "0", tasks.whole(tonumber(ARGV[4]) - 1))) do
  local newest = call("ZREVRANGE", G_DEAD .. group, "0", "0", "WITHSCORES")
  if newest[1] then
    local found = letter(newest[1], jobOf(newest[1]), tasks.whole(math.floor(tonumber(newest[2]) / 1000)))
    if found then append(dead, { group, call("ZCARD", G_DEAD .. group), unpack(found) }) end
  end
end
-- A hub that can be read looks well, and nothing is accepted and no task ends in it. Redis refuses a write before it looks whether there is
-- anything to do, and of a key that nobody makes there is not: nothing is written, replicated or kept.
local tried = redis.pcall("SET", PROBE, "1", "XX", "KEEPTTL")
local refusal = tried and tried.err
return { tasks.nowText(), tasks.queueHeld().paused or "", paused, cursor ~= "0" and 1 or 0, call("ZCARD", FAILED), letters, dead,
  refusal and (string.match(refusal, "^%u+") or "?") or "", call("ZCARD", DEAD) } -- exact: an error is a text
