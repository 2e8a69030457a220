-- Gives one node whose lease has run out to one survivor to sweep.
--
-- KEYS[1] expiry         ZSET node id to the ms at which its lease runs out
-- KEYS[2] descriptions   HASH node id to JSON
-- KEYS[3] dead           ZSET node id to the ms until which somebody sweeps it
-- ARGV[1] claimMs        the sweeper is taken for dead itself after that
--
-- returns { node, claimedUntilMs } or { }

local expiry, descriptions, dead = KEYS[1], KEYS[2], KEYS[3]
local claimMs = tonumber(ARGV[1])

local time = redis.call("TIME")
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local nowText = string.format("%d", nowMs)
for _, node in ipairs(redis.call("ZRANGE", expiry, "-inf", nowText, "BYSCORE")) do
  -- From here on the node cannot renew this lease: it would come back to entries somebody else is taking away.
  redis.call("ZREM", expiry, node)
  redis.call("HDEL", descriptions, node)
  redis.call("ZADD", dead, "0", node)
end
local unclaimed = redis.call("ZRANGE", dead, "-inf", nowText, "BYSCORE", "LIMIT", "0", "1")
if #unclaimed == 0 then
  return {}
end
redis.call("ZADD", dead, string.format("%d", nowMs + claimMs), unclaimed[1])
return { unclaimed[1], nowMs + claimMs }
