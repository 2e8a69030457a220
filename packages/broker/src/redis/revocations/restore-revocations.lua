-- Writes back revocations that Redis has lost and a process still knows. Followers see that the count is another and read.
--
-- KEYS[1] entries   ZSET "<beforeMs>:<kind>:<id>" to the ms at which it is forgotten
-- KEYS[2] counter   how many there have been
-- ARGV[1] known     JSON list of texts: an entry and its untilMs by turns
--
-- returns how many were missing

local entries, counter = KEYS[1], KEYS[2]
local known = cjson.decode(ARGV[1])
local missing = 0
for index = 1, #known, 2 do
  missing = missing + redis.call("ZADD", entries, "GT", "CH", known[index + 1], known[index]) -- exact: both are texts
end
if missing == 0 then return 0 end
-- As in revoke.lua.
local last = redis.call("ZRANGE", entries, "-1", "-1", "WITHSCORES")[2]
redis.call("PEXPIREAT", entries, string.format("%d", last))
redis.call("INCR", counter)
return missing
