-- Reads every revocation that is not forgotten yet, with the count they belong to.
--
-- KEYS[1] entries   ZSET "<beforeMs>:<kind>:<id>" to the ms at which it is forgotten
-- KEYS[2] counter   how many there have been
--
-- returns { count, { entry, untilMs, entry, untilMs, … } }

local entries, counter = KEYS[1], KEYS[2]

local time = redis.call("TIME")
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local count = tonumber(redis.call("GET", counter) or "0")
return { count, redis.call("ZRANGE", entries, "(" .. string.format("%d", nowMs), "+inf", "BYSCORE", "WITHSCORES") }
