-- Notes a notification, and to whom it goes.
-- KEYS[1] entry   HASH digest, createdMs, recalled
-- KEYS[2] users   SET
-- ARGV[1] digest  of the whole request
-- ARGV[2] ttlMs
-- ARGV[3…] users
-- returns "new" | "known" | "recalled" | "conflict"

local entry, users, digest, ttlMs = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local known = redis.call("HMGET", entry, "digest", "recalled")
if known[1] and known[1] ~= digest then
  return "conflict"
end
if known[2] then
  return "recalled"
end
if not known[1] then
  local time = redis.call("TIME")
  redis.call("HSET", entry, "digest", digest, "createdMs", string.format("%d", time[1] * 1000 + math.floor(time[2] / 1000)))
  redis.call("PEXPIRE", entry, ttlMs)
end
for index = 3, #ARGV do
  redis.call("SADD", users, ARGV[index])
end
redis.call("PEXPIRE", users, ttlMs)
return known[1] and "known" or "new"
