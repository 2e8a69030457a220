-- Begins a new life of a stream whose history has forked. Does nothing when somebody else was first.
--
-- KEYS[1] meta      HASH e epoch, s top offset
-- ARGV[1] forked    the epoch that must not be recovered any more
-- ARGV[2] newEpoch
--
-- returns { renewed 0|1 }

local meta = KEYS[1]
local forked, newEpoch = ARGV[1], ARGV[2]

if redis.call("HGET", meta, "e") ~= forked then
  return { 0 }
end
redis.call("HSET", meta, "e", newEpoch)
return { 1 }
