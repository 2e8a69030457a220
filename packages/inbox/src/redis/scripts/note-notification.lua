-- Notes a notification, to whom it goes, and who has had it.
-- KEYS[1] entry       HASH digest, createdMs, recalled
-- KEYS[2] recipients  HASH user -> outcome, empty for as long as there is none
-- ARGV[1] digest      of the whole request
-- ARGV[2] ttlMs
-- ARGV[3…] user, outcome or empty, and so on; the first outcome stands
-- returns "new" | "known" | "recalled" | "conflict"

local entry, recipients, digest, ttlMs = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
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
for index = 3, #ARGV, 2 do
  local user, outcome = ARGV[index], ARGV[index + 1]
  if redis.call("HSETNX", recipients, user, outcome) == 0 and outcome ~= "" and redis.call("HGET", recipients, user) == "" then
    redis.call("HSET", recipients, user, outcome)
  end
end
redis.call("PEXPIRE", recipients, ttlMs)
return known[1] and "known" or "new"
