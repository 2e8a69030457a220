-- Lists the descriptions of the nodes whose lease has not run out.
--
-- KEYS[1] expiry         ZSET node id to the ms at which it counts as dead
-- KEYS[2] descriptions   HASH node id to JSON
--
-- returns { description, … }

local expiry, descriptions = KEYS[1], KEYS[2]

local time = redis.call("TIME")
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local alive = redis.call("ZRANGE", expiry, "(" .. string.format("%d", nowMs), "+inf", "BYSCORE")
if #alive == 0 then
  return {}
end
return redis.call("HMGET", descriptions, unpack(alive))
