-- Keeps a revocation, counts it and announces it, in one step: who has counted to n knows the first n.
--
-- KEYS[1] entries   ZSET "<beforeMs>:<kind>:<id>" to the ms at which it is forgotten
-- KEYS[2] counter   how many there have been
-- ARGV[1] subject       "<kind>:<id>"
-- ARGV[2] untilMs
-- ARGV[3] announcement  pub/sub name; the payload is "<count>:<untilMs>:<beforeMs>:<kind>:<id>"
--
-- returns beforeMs, as text

local entries, counter = KEYS[1], KEYS[2]
local subject, untilMs, announcement = ARGV[1], ARGV[2], ARGV[3]

local time = redis.call("TIME")
local nowText = string.format("%d", time[1] * 1000 + math.floor(time[2] / 1000))
local entry = nowText .. ":" .. subject

redis.call("ZREMRANGEBYSCORE", entries, "-inf", nowText)
redis.call("ZADD", entries, untilMs, entry)
-- The key goes with its last entry, even when nobody ever revokes again.
local last = redis.call("ZRANGE", entries, "-1", "-1", "WITHSCORES")[2]
redis.call("PEXPIREAT", entries, string.format("%d", last))
local count = redis.call("INCR", counter)
redis.call("PUBLISH", announcement, string.format("%d", count) .. ":" .. untilMs .. ":" .. entry)
return nowText
