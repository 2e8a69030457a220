-- Makes a batch of the oldest events of a lane, or hands out the one that was made before and is not done.
--
-- KEYS[1] users      ZSET, see write-users.lua
-- KEYS[2] seen       ZSET
-- KEYS[3] channels   HASH, see write-channels.lua
-- KEYS[4] due        ZSET "u\n<user>" or "c\n<channel>", to the ms from which on it is told that nobody is there
-- KEYS[5] waiting    LIST, see chunks/outbox.lua
-- KEYS[6] meta       HASH
-- KEYS[7] dropped    HASH receiver to events it has not been told of, nor that there were any
-- KEYS[8] batch      HASH id, timeMs, events (JSON list of texts as in waiting), dropped (JSON list, receiver and count, one after the other)
-- ARGV[1] newId      of a batch that is made now
-- ARGV[2] eventsMax
-- ARGV[3] bytesMax   of its events; one event may be larger
-- ARGV[4] receivers  their names (chunks/fields.lua)
-- ARGV[5] server     this Redis process
-- ARGV[6] maxBytes   of events that wait
--
-- returns { id, timeMs, events, dropped } or { }

local users, seen, channels, due, waiting, meta, dropped, batch = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local newId, eventsMax, bytesMax, receivers = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), unpackFields(ARGV[4])
local server, maxBytes = ARGV[5], tonumber(ARGV[6])

local made = redis.call("HMGET", batch, "id", "timeMs", "events", "dropped")
if made[1] then
  return made
end

local outbox = openOutbox(waiting, meta, server, maxBytes)
local timeMs = string.format("%d", outbox.nowMs)

-- The oldest; the rest comes with the next batch.
for _, entry in ipairs(redis.call("ZRANGE", due, "-inf", timeMs, "BYSCORE", "LIMIT", "0", ARGV[2])) do
  redis.call("ZREM", due, entry)
  local name = string.sub(entry, 3)
  if string.sub(entry, 1, 1) == "c" then
    if redis.call("HEXISTS", channels, name) == 0 then
      tell(outbox, "channel.vacated", "chan:" .. name, nil, '{"channel":' .. cjson.encode(name) .. ',"subscriptions":0}')
    end
  elseif countUser(users, name) == 0 then
    local lastSeen = ',"connections":0,"lastSeenMs":' .. (redis.call("ZSCORE", seen, name) or timeMs)
    tell(outbox, "user.offline", "user:" .. name, nil, '{"user":' .. cjson.encode(name) .. lastSeen .. "}")
  end
end
shutOutbox(outbox)

local events, bytes = popBatch(waiting, eventsMax, bytesMax)
if #events == 0 then
  return {}
end
redis.call("HINCRBY", meta, "b", string.format("-%d", bytes))

local gaveWay, untold = redis.call("HGET", meta, "d"), {}
redis.call("HDEL", meta, "d")
for _, receiver in ipairs(receivers) do
  if gaveWay then
    redis.call("HINCRBY", dropped, receiver, gaveWay)
  end
  local count = redis.call("HGET", dropped, receiver)
  if count then
    untold[#untold + 1] = receiver
    untold[#untold + 1] = count
  end
end
local eventsJson, untoldJson = cjson.encode(events), #untold == 0 and "[]" or cjson.encode(untold)
redis.call("HSET", batch, "id", newId, "timeMs", timeMs, "events", eventsJson, "dropped", untoldJson)
return { newId, timeMs, eventsJson, untoldJson }
