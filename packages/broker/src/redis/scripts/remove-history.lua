-- Forgets a channel's publications and keeps its position.
--
-- KEYS[1] stream
-- KEYS[2] meta     HASH e epoch, s top offset, v newest version
-- KEYS[3] record   of a task's channel, see keys.ts; else meta
-- ARGV[1] metaTtlMs
--
-- returns { removed 0|1 }

local stream, meta, record, metaTtlMs = KEYS[1], KEYS[2], KEYS[3], ARGV[1]

local removed = redis.call("UNLINK", stream)
if record ~= meta then
  -- The record stays, it is the task's; it has no place in the channel any more.
  local text = redis.call("GET", record) or ""
  local state, seq, offset, epoch, rest = string.match(text, "^([^\n]*)\n(%d+) (%d+) (%S+) %d+(\n.*)$")
  if seq then
    redis.call("SET", record, state .. "\n" .. rest, "KEEPTTL")
    redis.call("HSET", meta, "e", epoch, "s", offset, "v", seq)
    redis.call("PEXPIRE", meta, metaTtlMs)
    removed = 1
  end
end
return { removed }
