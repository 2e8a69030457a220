-- Keeps a revocation and tells of it.
--
-- KEYS[1] entries   ZSET "<beforeMs>:<kind>:<id>" to the ms at which it is forgotten
-- KEYS[2] blocks    HASH user to the last of their blocks and unblocks
-- KEYS[3] counter   how many there have been
-- ARGV[1] subject       "<kind>:<id>"
-- ARGV[2] beforeMs      empty: now
-- ARGV[3] untilMs
-- ARGV[4] announcement  pub/sub name; the payload is "<count>:<untilMs>:<beforeMs>:<kind>:<id>"
--
-- returns beforeMs, as text

local entries, blocks, counter = KEYS[1], KEYS[2], KEYS[3]
local subject, beforeMs, untilMs, announcement = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local nowText = string.format("%d", nowMs())
if beforeMs == "" then beforeMs = nowText end
local entry = beforeMs .. ":" .. subject

forgetOver(entries, blocks, nowText)
redis.call("ZADD", entries, untilMs, entry)
expireWithLast(entries, blocks)
announce(counter, announcement, untilMs, entry)
return beforeMs
