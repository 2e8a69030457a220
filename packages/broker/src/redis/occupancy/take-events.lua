-- Makes a batch of the oldest events, or hands out the one that was made before and is not done.
--
-- KEYS[1] channels   HASH, see write-counts.lua
-- KEYS[2] members    HASH
-- KEYS[3] due        ZSET
-- KEYS[4] waiting     LIST of "<kind>\n<what>": occupied, vacated (a channel), joined, left (a channel, a newline, a user), count (a number,
--                    a newline, a channel), told (JSON)
-- KEYS[5] batch      HASH id, timeMs, events (JSON list of texts as in the waiting)
-- ARGV[1] newId      of a batch that is made now
-- ARGV[2] eventsMax
-- ARGV[3] bytesMax   of its events; one event may be larger
--
-- returns { id, timeMs, events } or { }

local channels, members, due, waiting, batch = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local newId, eventsMax, bytesMax = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local made = redis.call("HMGET", batch, "id", "timeMs", "events")
if made[1] then
  return made
end

local time = string.format("%d", nowMs())
-- The oldest; the rest comes with the next batch.
for _, entry in ipairs(redis.call("ZRANGE", due, "-inf", time, "BYSCORE", "LIMIT", "0", string.format("%d", eventsMax))) do
  redis.call("ZREM", due, entry)
  local newline = string.find(entry, "\n", 1, true)
  if newline == 1 then
    local channel, total = string.sub(entry, 2), 0
    for number in string.gmatch(redis.call("HGET", channels, channel) or "", ":(%d+)") do
      total = total + number
    end
    redis.call("RPUSH", waiting, string.format("count\n%d\n", total) .. channel)
  elseif newline and redis.call("HEXISTS", members, entry) == 0 then
    redis.call("RPUSH", waiting, "left\n" .. entry)
  elseif not newline and redis.call("HEXISTS", channels, entry) == 0 then
    redis.call("RPUSH", waiting, "vacated\n" .. entry)
  end
end

local events = popBatch(waiting, eventsMax, bytesMax)
if #events == 0 then
  return {}
end
local json = cjson.encode(events)
redis.call("HSET", batch, "id", newId, "timeMs", time, "events", json)
return { newId, time, json }
