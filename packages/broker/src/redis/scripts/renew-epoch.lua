-- Begins a new life of a stream whose history has forked. Does nothing when somebody else was first.
--
-- KEYS[1] meta      HASH e epoch, s top offset
-- KEYS[2] newest    of a task's channel, see keys.ts; else meta
-- ARGV[1] forked    the epoch that must not be recovered any more
-- ARGV[2] newEpoch
--
-- returns { renewed 0|1 }

local meta, newest = KEYS[1], KEYS[2]
local forked, newEpoch = ARGV[1], ARGV[2]

if newest ~= meta then
  local text = redis.call("GET", newest) or ""
  local position, epoch, rest = string.match(text, "^(%d+|%d+:)([^:]*)(:.*)$")
  if position then
    if epoch ~= forked then return { 0 } end
    redis.call("SET", newest, position .. newEpoch .. rest, "KEEPTTL")
    return { 1 }
  end
end

if redis.call("HGET", meta, "e") ~= forked then
  return { 0 }
end
redis.call("HSET", meta, "e", newEpoch)
return { 1 }
