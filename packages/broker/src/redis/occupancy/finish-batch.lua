-- Forgets a batch of events, unless another one has taken its place.
--
-- KEYS[1] batch   HASH, see take-events.lua
-- ARGV[1] id
--
-- returns { 1 when it is forgotten, else 0 }

local batch = KEYS[1]
local id = ARGV[1]

if redis.call("HGET", batch, "id") ~= id then
  return { 0 }
end
return { redis.call("DEL", batch) }
