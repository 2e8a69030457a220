-- How revocations are kept. `entries` is a ZSET of "<beforeMs>:<kind>:<id>" to the ms at which it is forgotten. `blocks` is a HASH of
-- a user to the entry of their last block or unblock: of these one stands for each user, and it is in `entries` as well.

-- returns the user of a block or an unblock, nil for other entries
local function blockedUserOf(entry)
  return string.match(entry, "^%d+:block:(.*)$") or string.match(entry, "^%d+:unblock:(.*)$")
end

-- returns the beforeMs of an entry
local function stampOf(entry)
  return tonumber(string.match(entry, "^%d+"))
end

local function forgetOver(entries, blocks, nowText)
  for _, entry in ipairs(redis.call("ZRANGE", entries, "-inf", nowText, "BYSCORE")) do
    local user = blockedUserOf(entry)
    if user then redis.call("HDEL", blocks, user) end
  end
  redis.call("ZREMRANGEBYSCORE", entries, "-inf", nowText)
end

local function putBlock(entries, blocks, user, entry, untilMs)
  local standing = redis.call("HGET", blocks, user)
  if standing then redis.call("ZREM", entries, standing) end
  redis.call("HSET", blocks, user, entry)
  redis.call("ZADD", entries, untilMs, entry)
end

-- The keys go with the last entry, even when nobody ever revokes again.
local function expireWithLast(entries, blocks)
  local last = string.format("%d", redis.call("ZRANGE", entries, "-1", "-1", "WITHSCORES")[2])
  redis.call("PEXPIREAT", entries, last)
  redis.call("PEXPIREAT", blocks, last)
end

-- Counts it and announces it, in the step that keeps it: who has counted to n knows the first n.
local function announce(counter, announcement, untilMs, entry)
  local count = redis.call("INCR", counter)
  redis.call("PUBLISH", announcement, string.format("%d", count) .. ":" .. untilMs .. ":" .. entry)
end
