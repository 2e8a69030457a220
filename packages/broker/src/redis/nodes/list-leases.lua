-- Lists the nodes whose lease has not run out.
--
-- KEYS[1] expiry   ZSET node id to the ms at which its lease runs out
--
-- returns { node, … }

local expiry = KEYS[1]

local time = redis.call("TIME")
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call("ZRANGE", expiry, "(" .. string.format("%d", nowMs), "+inf", "BYSCORE")
