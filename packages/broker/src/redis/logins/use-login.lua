-- Reads a login and puts off its end by idleness, never beyond the end it was given.
--
-- KEYS[1] login  HASH: note, actor, address, and in ms began, seen, ends
-- ARGV[1] idleMs
--
-- returns the texts of note, actor, address, began, seen, ends; nothing where there is no such login, or none any more

local login = KEYS[1]
local idleMs = tonumber(ARGV[1])

local fields = redis.call("HMGET", login, "note", "actor", "address", "began", "seen", "ends")
if not fields[6] then
  return false
end
local now = nowMs()
redis.call("HSET", login, "seen", string.format("%d", now))
redis.call("PEXPIREAT", login, string.format("%d", math.min(tonumber(fields[6]), now + idleMs)))
return fields
