-- Somebody cleans one state of the queue, or empties it, in a dashboard as a rule: what is over is forgotten, what waits is cancelled,
-- and so is what a lost worker had. What runs goes on. The stock script knows nothing of places, and finds no waiting task at all,
-- because it looks for positive scores. Some tasks at a time: ARGV[5] is how many at the beginning have been left, ARGV[6] why the others
-- go, as JSON.
-- returns {how many were looked at, the ids of those that are gone}
local before, limit, state = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if state == "completed" then
  local gone = stock.cleanJobsInSet(KEYS, ARGV)
  return { #gone, gone }
end

if state == "failed" then
  local groups = {}
  for _, id in ipairs(call("ZRANGEBYSCORE", FAILED, "0", ARGV[2], "LIMIT", "0", ARGV[3])) do
    groups[id] = call("HGET", QUEUE .. id, "gid")
  end
  local gone = stock.cleanJobsInSet(KEYS, ARGV)
  for _, id in ipairs(gone) do
    if groups[id] then tasks.unbury(groups[id], id) end
  end
  return { #gone, gone }
end

local isList = state == "wait" or state == "paused" or state == "active"
local gone = {}
local ids = call(isList and "LRANGE" or "ZRANGE", KEYS[1], ARGV[5], tasks.whole(ARGV[5] + limit - 1))
for _, id in ipairs(ids) do
  local job = redis.pcall("HMGET", QUEUE .. id, "processedOn", "timestamp")
  if job.err then
    tasks.setAside(id, NO_JOB)
    gone[#gone + 1] = id
  end
  local since = tonumber(job[1] or job[2] or "0") or 0
  if since <= before and tasks.removeTask(id, "0", ARGV[6]) == 1 then gone[#gone + 1] = id end
end
tasks.wake()
return { #ids, gone }
