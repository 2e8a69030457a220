-- Forgets a channel's publications and keeps its position.
--
-- KEYS[1] stream
-- KEYS[2] meta     HASH e epoch, s top offset, v newest version
-- KEYS[3] state    of a channel that shows a kept state (chunks/kept-state.lua); else meta
-- ARGV[1] metaTtlMs
--
-- returns { removed 0|1 }

local stream, meta, stateKey, metaTtlMs = KEYS[1], KEYS[2], KEYS[3], ARGV[1]

local removed = redis.call("UNLINK", stream)
local state = stateKey ~= meta and readKeptState(stateKey)
if state then
  displaceKeptState(stateKey, state)
  redis.call("HSET", meta, "e", state.epoch, "s", state.offset, "v", state.version)
  redis.call("PEXPIRE", meta, metaTtlMs)
  removed = 1
end
return { removed }
