-- Forgets a batch of events that its receivers' tasks bring to them, or that gave way for some of them.
--
-- KEYS[1] batch     HASH, see take-outbox.lua
-- KEYS[2] dropped   HASH receiver to events it has not been told of, nor that there were any
-- ARGV[1] id
-- ARGV[2] changes   receiver and by how much its count changes, one after the other (chunks/fields.lua)
--
-- returns { 1 when it is forgotten, else 0 }

local batch, dropped = KEYS[1], KEYS[2]
local id, changes = ARGV[1], unpackFields(ARGV[2])

if redis.call("HGET", batch, "id") ~= id then
  return { 0 }
end
for index = 1, #changes, 2 do
  local receiver = changes[index]
  if redis.call("HINCRBY", dropped, receiver, changes[index + 1]) <= 0 then
    redis.call("HDEL", dropped, receiver)
  end
end
return { redis.call("DEL", batch) }
