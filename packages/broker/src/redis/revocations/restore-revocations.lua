-- Writes back revocations that Redis has lost and a process still knows. Followers see that the count is another and read.
--
-- KEYS[1] entries   ZSET "<beforeMs>:<kind>:<id>" to the ms at which it is forgotten
-- KEYS[2] blocks    HASH user to the last of their blocks and unblocks
-- KEYS[3] counter   how many there have been
-- ARGV[1] known     JSON list of texts: an entry and its untilMs by turns
--
-- returns how many were missing

local entries, blocks, counter = KEYS[1], KEYS[2], KEYS[3]
local known = cjson.decode(ARGV[1])

-- returns 1 where it was missing
local function restoreBlock(user, entry, untilMs)
  local standing = redis.call("HGET", blocks, user)
  if standing and stampOf(standing) >= stampOf(entry) then return 0 end
  putBlock(entries, blocks, user, entry, untilMs)
  return 1
end

local missing = 0
for index = 1, #known, 2 do
  local entry, untilMs = known[index], known[index + 1]
  local user = blockedUserOf(entry)
  if user then
    missing = missing + restoreBlock(user, entry, untilMs)
  else
    missing = missing + redis.call("ZADD", entries, "GT", "CH", untilMs, entry) -- exact: both are texts
  end
end
if missing == 0 then return 0 end
expireWithLast(entries, blocks)
redis.call("INCR", counter)
return missing
