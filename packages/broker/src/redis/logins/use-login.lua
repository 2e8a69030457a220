-- Reads a login and puts off its end by idleness, never beyond the end it was given.
--
-- KEYS[1] login  HASH: note, actor, address, claims, and in ms began, seen, ends, proved
-- ARGV[1] idleMs
--
-- returns the texts of note, actor, address, claims, began, seen, ends and how many ms ago its owner has shown who they are; nothing where
-- there is no such login, or none any more

local login = KEYS[1]
local idleMs = tonumber(ARGV[1])

local fields = redis.call("HMGET", login, "note", "actor", "address", "claims", "began", "seen", "ends", "proved")
if not fields[7] then
  return false
end
local now = nowMs()
-- A Redis that is full, or a replica for the moment, can be read: who has come to see what is wrong must see it.
redis.pcall("HSET", login, "seen", string.format("%d", now))
redis.pcall("PEXPIREAT", login, string.format("%d", math.min(tonumber(fields[7]), now + idleMs)))
-- Logins of versions before have no claims, and were proven when they began.
fields[4] = fields[4] or ""
fields[8] = string.format("%d", now - tonumber(fields[8] or fields[5]))
return fields
