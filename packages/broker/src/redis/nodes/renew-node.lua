-- Renews one node's lease, unless it has been given up for dead meanwhile.
--
-- KEYS[1] expiry         ZSET node id to the ms at which its lease runs out
-- KEYS[2] descriptions   HASH node id to JSON
-- KEYS[3] dead           ZSET node id to the ms until which somebody sweeps it
-- ARGV[1] lease          the node id
-- ARGV[2] description    JSON
-- ARGV[3] leaseMs
-- ARGV[4] isNew          1: the lease begins
--
-- returns { renewed 0|1, nodes waiting to be swept, ms until the next lease of another runs out; -1: there is no other }

local expiry, descriptions, dead = KEYS[1], KEYS[2], KEYS[3]
local lease, description, leaseMs, isNew = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == "1"

if not isNew and not redis.call("ZSCORE", expiry, lease) then
  -- Claimed by a survivor, or lost with Redis' data. What was written under it is swept (once more): a write may have come late.
  redis.call("ZADD", dead, "0", lease)
  return { 0, 0, -1 }
end

local time = redis.call("TIME")
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local nowText = string.format("%d", nowMs)
redis.call("ZADD", expiry, string.format("%d", nowMs + leaseMs), lease)
redis.call("HSET", descriptions, lease, description)
-- The first two, because this one may be the first.
local nextMs, soonest = -1, redis.call("ZRANGE", expiry, "(" .. nowText, "+inf", "BYSCORE", "LIMIT", "0", "2", "WITHSCORES")
for index = 1, #soonest, 2 do
  if soonest[index] ~= lease and nextMs < 0 then
    nextMs = tonumber(soonest[index + 1]) - nowMs
  end
end
return { 1, redis.call("ZCOUNT", expiry, "-inf", nowText) + redis.call("ZCOUNT", dead, "-inf", nowText), nextMs }
