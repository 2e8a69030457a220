-- What waits, and what of it could run now; see backlog.ts. Reads only, and no more however much there is.
-- ARGV[1] groupsMax    ready groups looked at, picked at random where there are more; of the others fewer
-- ARGV[2] dueMax       delayed tasks looked at that are due
-- ARGV[3] named        JSON list of groups to look at besides
-- returns {nowMs, tasks that ever came in, waiting, raw, running, delayed, due, dead, ready groups, those between two attempts that are
--   not due, samples of due ones, rows, shares as handler, limit, running, ungrouped tasks and groups that wait for it, what the
--   handlers met here take as handler, "<seconds> <attempt seconds>", handlers that workers lack with what waits for them}, a sample is handler, failures; a row is {group, waiting, places, concurrency, isReady,
--   isNamed, runnable, id of the first or "", samples of the runnable, or else of the first, each with its due ms, and when it was resumed if that is known, or 0}

local groupsMax, dueMax = tonumber(ARGV[1]), tonumber(ARGV[2])
local SAMPLES_MAX = 50
-- Of samples beyond the first of each group, over all groups.
local samplesLeft = 500
local queue = tasks.queueHeld()

-- When it could run first: nobody writes that down, but the delay that was asked for stands in the options, as the one between
-- attempts does within `backoff`. One that had failed for good can run since it was enqueued again.
local names, isKnown = {}, {}
local function sampleOf(id)
  local job = redis.pcall("HMGET", QUEUE .. id, "name", "atm", "timestamp", "opts", "again")
  if job.err or not job[1] then return nil end
  if not isKnown[job[1]] then names[#names + 1], isKnown[job[1]] = job[1], true end
  if job[5] and #job[5] < 16 and string.match(job[5], "^%d+$") then return job[1], job[2] or "0", job[5] end
  local options = string.gsub(job[4] or "", '"backoff":%b{}', "")
  local delay = string.match(options, '"delay":(%d+)') or "0"
  return job[1], job[2] or "0", tasks.whole((tonumber(job[3] or "") or tasks.nowMs()) + tonumber(delay))
end

local function runnableOf(group, settings, waiting, taken)
  if queue.paused or queue.limit then return 0 end
  local room = settings.concurrency > 0 and math.max(0, settings.concurrency - taken) or waiting
  if settings.rateMax > 0 then
    room = math.min(room, math.max(0, settings.rateMax - tonumber(call("GET", G_WINDOW .. group) or "0")))
  end
  return math.min(waiting, room)
end

-- Evenly over what could run, so that they stand for all of it, and the first in any case.
local function samplesOf(group, runnable)
  local count = math.max(1, math.min(runnable, SAMPLES_MAX, 1 + samplesLeft))
  samplesLeft = samplesLeft - (count - 1)
  local samples, first = {}, ""
  for index = 0, count - 1 do
    local rank = tasks.whole(math.floor(index * runnable / count))
    local id = call("ZRANGE", G_QUEUE .. group, rank, rank)[1]
    if index == 0 then first = id or "" end
    local handler, failures, dueMs = sampleOf(id or "")
    if handler then
      samples[#samples + 1], samples[#samples + 2], samples[#samples + 3] = handler, failures, dueMs
    end
  end
  return samples, first
end

local rows, seen = {}, {}
local function look(group, isReady, isNamed)
  if seen[group] then return end
  seen[group] = true
  local waiting = call("ZCARD", G_QUEUE .. group)
  local taken = call("SCARD", G_PLACES .. group)
  if waiting + taken == 0 then return end
  local settings = tasks.settingsOf(group)
  local runnable = isReady and runnableOf(group, settings, waiting, taken) or 0
  local samples, first = {}, ""
  if waiting > 0 then samples, first = samplesOf(group, runnable) end
  -- Others are as old as they have been seen to be first in line, which they are not while they are paused.
  local resumedMs = settings.concurrency == 0 and runnable > 0 and call("GET", G_RESUMED .. group) or "0"
  rows[#rows + 1] = { group, waiting, taken, settings.concurrency, isReady and 1 or 0, isNamed and 1 or 0, runnable, first, samples,
    resumedMs }
end

for _, name in ipairs(cjson.decode(ARGV[3])) do
  local group = tostring(name) -- exact: names are texts
  look(group, call("ZSCORE", READY, group), true)
end
local ready = call("ZCARD", READY)
for _, group in ipairs(ready > groupsMax and call("ZRANDMEMBER", READY, ARGV[1]) or call("ZRANGE", READY, "0", "-1")) do
  look(group, true)
end
-- For those with most waiting, which need not be ready.
local fewer = tasks.whole(math.ceil(groupsMax / 4))
for _, group in ipairs(call("SRANDMEMBER", ACTS, fewer)) do look(group, call("ZSCORE", READY, group)) end
for _, group in ipairs(call("ZRANDMEMBER", LIMITED, fewer)) do look(group) end
for _, field in ipairs(call("HRANDFIELD", SETTINGS, fewer)) do
  if string.sub(field, 1, 2) == "p:" then look(string.sub(field, 3)) end
end

local notDueFrom = tasks.whole((tasks.nowMs() + 1) * 0x1000)
local due = call("ZCOUNT", DELAYED, "0", "(" .. notDueFrom)
local dues = {}
if due > 0 then
  for _, id in ipairs(call("ZRANGE", DELAYED, "0", tasks.whole(math.min(due, dueMax) - 1))) do
    local handler, failures = sampleOf(id)
    if handler then dues[#dues + 1], dues[#dues + 2] = handler, failures end
  end
end
if queue.paused or queue.limit then due = 0 end
local paces = {}
if #names > 0 and call("EXISTS", PACES) == 1 then
  for index, pace in ipairs(call("HMGET", PACES, unpack(names))) do
    if pace then paces[#paces + 1], paces[#paces + 2] = names[index], pace end
  end
end
local shares = {}
local limits = tasks.hasShares() and call("HRANDFIELD", SHARES, "100", "WITHVALUES") or {}
for index = 1, #limits, 2 do
  local handler = limits[index]
  local taken = call("SCARD", G_SHARE .. handler)
  -- Where the share has room, what stands there waits for a worker that has the handler.
  local waits = taken >= tonumber(limits[index + 1]) or not tasks.hasLacks() or call("HEXISTS", LACKS, handler) == 0
  for _, value in ipairs({ handler, limits[index + 1], taken, waits and call("ZCARD", G_ASIDE .. handler) or 0,
    waits and call("ZCARD", G_PARKED .. handler) or 0 }) do
    shares[#shares + 1] = value
  end
end
-- Handlers that workers have been handed tasks of and have not; what waits for one that has them stands where it waits for shares.
local lacking = {}
for _, handler in ipairs(tasks.hasLacks() and call("HKEYS", LACKS) or {}) do
  local waiting = call("ZCARD", G_ASIDE .. handler)
  for _, group in ipairs(call("ZRANGE", G_PARKED .. handler, "0", "49")) do waiting = waiting + call("ZCARD", G_QUEUE .. group) end
  lacking[#lacking + 1], lacking[#lacking + 2] = handler, waiting
end
return { tasks.nowText(), call("GET", SEQ) or "0", call("ZCARD", PRIORITIZED), call("LLEN", WAIT), call("LLEN", ACTIVE),
  call("ZCARD", DELAYED), due, call("ZCARD", FAILED), ready, call("ZCOUNT", RETRYING, notDueFrom, "+inf"), dues, rows, shares, paces,
  lacking }
