-- Renews one node's lease and sweeps the dead.
--
-- KEYS[1] expiry         ZSET node id to the ms at which it counts as dead
-- KEYS[2] descriptions   HASH node id to JSON
-- ARGV[1] uid
-- ARGV[2] description    JSON
-- ARGV[3] leaseMs
--
-- returns { swept nodes }

local expiry, descriptions = KEYS[1], KEYS[2]
local uid, description, leaseMs = ARGV[1], ARGV[2], tonumber(ARGV[3])

local time = redis.call("TIME")
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local dead = redis.call("ZRANGE", expiry, "-inf", nowMs, "BYSCORE")
for _, node in ipairs(dead) do
  redis.call("ZREM", expiry, node)
  redis.call("HDEL", descriptions, node)
end
redis.call("ZADD", expiry, nowMs + leaseMs, uid)
redis.call("HSET", descriptions, uid, description)
return { #dead }
