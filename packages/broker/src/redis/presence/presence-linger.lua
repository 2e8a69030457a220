-- Lets the next client of the same user take this client's entry over.
--
-- KEYS[1] members   HASH client to "<node>:<told>:<bytes of user>:<user><info>"
-- KEYS[2] leaving   HASH user to its lingering clients, space-separated
-- ARGV[1] client
--
-- returns { 1 when the client is there, else 0 }

local members, leaving = KEYS[1], KEYS[2]
local client = ARGV[1]

local entry = redis.call("HGET", members, client)
if not entry then
  return { 0 }
end
local length, from = string.match(entry, "^[^:]*:%d:(%d+):()")
local user = string.sub(entry, from, from + length - 1)
local waiting = redis.call("HGET", leaving, user)
redis.call("HSET", leaving, user, waiting and (waiting .. " " .. client) or client)
return { 1 }
