-- Begins a login, and forgets in the index those whose time is over.
--
-- KEYS[1] login  HASH of the login: id's digest in the key, see use-login.lua
-- KEYS[2] index  ZSET: digest to the ms at which the login is over at the latest
-- ARGV[1] handle   the digest
-- ARGV[2] note     handed back by each use
-- ARGV[3] actor    who it is
-- ARGV[4] address  where it was begun
-- ARGV[5] claims   what somebody else has said of who it is
-- ARGV[6] idleMs   it ends when it is not used for so long
-- ARGV[7] lifeMs   and then in any case
--
-- returns 1

local login, index = KEYS[1], KEYS[2]
local handle, note, actor, address, claims = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local idleMs, lifeMs = tonumber(ARGV[6]), tonumber(ARGV[7])

local now = nowMs()
local endsAt = now + lifeMs
local began, ends = string.format("%d", now), string.format("%d", endsAt)
redis.call("HSET", login, "note", note, "actor", actor, "address", address, "claims", claims)
redis.call("HSET", login, "began", began, "seen", began, "proved", began, "ends", ends)
redis.call("PEXPIREAT", login, string.format("%d", math.min(endsAt, now + idleMs)))
redis.call("ZREMRANGEBYSCORE", index, "-inf", began)
redis.call("ZADD", index, ends, handle)
-- The index outlives the last login in it by nothing: lives may differ between processes, so it is never shortened.
redis.call("PEXPIREAT", index, ends, "NX")
redis.call("PEXPIREAT", index, ends, "GT")
return 1
