-- Forgets a dead node that has been swept, unless somebody asked for another sweep meanwhile.
--
-- KEYS[1] dead           ZSET node id to the ms until which somebody sweeps it
-- ARGV[1] node
-- ARGV[2] claimedUntilMs
--
-- returns { 1 when it is forgotten, else 0 }

local dead = KEYS[1]
local node, claimedUntilMs = ARGV[1], tonumber(ARGV[2])

if tonumber(redis.call("ZSCORE", dead, node) or "-1") ~= claimedUntilMs then
  return { 0 }
end
return { redis.call("ZREM", dead, node) }
