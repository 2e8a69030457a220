-- Blocks a user or takes the block back, and tells of it. The last one stands, whatever the clock has done in between.
--
-- KEYS[1] entries   ZSET "<beforeMs>:<kind>:<id>" to the ms at which it is forgotten
-- KEYS[2] blocks    HASH user to the last of their blocks and unblocks
-- KEYS[3] counter   how many there have been
-- ARGV[1] kind          "block" or "unblock"
-- ARGV[2] user
-- ARGV[3] untilMs
-- ARGV[4] announcement  as in revoke.lua
--
-- returns 1 where the user was blocked until now

local entries, blocks, counter = KEYS[1], KEYS[2], KEYS[3]
local kind, user, untilMs, announcement = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local now = nowMs()
forgetOver(entries, blocks, string.format("%d", now))
local standing = redis.call("HGET", blocks, user)
local stampMs = standing and math.max(now, stampOf(standing) + 1) or now
local entry = string.format("%d", stampMs) .. ":" .. kind .. ":" .. user

putBlock(entries, blocks, user, entry, untilMs)
expireWithLast(entries, blocks)
announce(counter, announcement, untilMs, entry)
local wasBlocked = standing and string.match(standing, "^%d+:block:")
return wasBlocked and 1 or 0
