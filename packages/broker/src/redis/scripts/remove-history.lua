-- Forgets a channel's publications and keeps its position.
--
-- KEYS[1] stream
-- KEYS[2] meta     HASH e epoch, s top offset, v newest version
-- KEYS[3] newest   of a task's channel, see keys.ts; else meta
-- ARGV[1] metaTtlMs
--
-- returns { removed 0|1 }

local stream, meta, newest, metaTtlMs = KEYS[1], KEYS[2], KEYS[3], ARGV[1]

local removed = redis.call("UNLINK", stream)
if newest ~= meta then
  local text = redis.call("GETRANGE", newest, "0", "99")
  local version, offset, epoch = string.match(text, "^(%d+)|(%d+):%d+:([^:]*):")
  if version then
    redis.call("HSET", meta, "e", epoch, "s", offset, "v", version)
    redis.call("PEXPIRE", meta, metaTtlMs)
    removed = redis.call("UNLINK", newest)
  end
end
return { removed }
