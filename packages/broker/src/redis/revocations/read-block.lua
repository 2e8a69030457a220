-- Reads until when a user is blocked.
--
-- KEYS[1] entries   ZSET "<beforeMs>:<kind>:<id>" to the ms at which it is forgotten
-- KEYS[2] blocks    HASH user to the last of their blocks and unblocks
-- ARGV[1] user
--
-- returns untilMs as text, "0" where the user is not blocked

local entries, blocks = KEYS[1], KEYS[2]
local user = ARGV[1]

local standing = redis.call("HGET", blocks, user)
if not standing or not string.match(standing, "^%d+:block:") then return "0" end
local untilMs = redis.call("ZSCORE", entries, standing)
if not untilMs or tonumber(untilMs) <= nowMs() then return "0" end
return untilMs
