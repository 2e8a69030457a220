-- Brings tasks into the index that lie in the queue's own keys, some at a time: the index is whole after a pass over all.
-- ARGV[1] state    prioritized, active or delayed
-- ARGV[2] cursor   of ZSCAN, or an offset in `active`
-- returns {the next cursor, "0": that was all; how many tasks were looked at; how many of them were missing in the index}

local state, cursor = ARGV[1], ARGV[2]
local restored = 0
-- Nobody else need do the same meanwhile. Whoever is lost on the way is forgotten soon.
call("SET", WHOLE, "1", "PX", INDEX_CLAIM_MS)
tasks.ingestRaw("40")
if state == "prioritized" then
  local seen = {}
  local page = call("ZSCAN", PRIORITIZED, cursor, "COUNT", "100")
  for index = 1, #page[2], 2 do
    local id = page[2][index]
    -- All of them as a rule. To bring one in again costs three times as much as this look.
    local group = redis.pcall("HGET", QUEUE .. id, "gid")
    if not group or type(group) == "table" or not call("ZSCORE", G_QUEUE .. group, id) then
      tasks.ingest(id)
      restored = restored + 1
    elseif not seen[group] then
      seen[group] = true
      tasks.arm(group)
    end
  end
  tasks.wake()
  -- These come last: that was all.
  if page[1] == "0" then call("SET", WHOLE, "1", "PX", INDEX_TRUSTED_MS) end
  return { page[1], math.floor(#page[2] / 2), restored }
elseif state == "delayed" then
  local page = call("ZSCAN", DELAYED, cursor, "COUNT", "100")
  for index = 1, #page[2], 2 do
    local id = page[2][index]
    local job = redis.pcall("HMGET", QUEUE .. id, "gid", "gsq", "atm")
    -- Between two attempts, not a delay that was asked for.
    local isRetry = job[1] and job[2] and tonumber(job[3] or "0") > 0
    if isRetry then call("ZADD", RETRYING, page[2][index + 1], id) end
    if isRetry and tasks.settingsOf(job[1]).onFailure ~= "skip" then
      restored = restored + tasks.takePlace(job[1], id, 0)
    end
  end
  return { page[1], math.floor(#page[2] / 2), restored }
end
local ids = call("LRANGE", ACTIVE, cursor, tasks.whole(cursor + 199))
for _, id in ipairs(ids) do
  local group = redis.pcall("HGET", QUEUE .. id, "gid")
  if type(group) == "string" then restored = restored + tasks.takePlace(group, id, 0) end
end
return { #ids == 200 and tasks.whole(cursor + 200) or "0", #ids, restored }
