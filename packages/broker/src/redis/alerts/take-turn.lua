-- Takes the turn to tell a receiver of alerts, or keeps it, unless another process has it.
--
-- KEYS[1] turn   STRING: whose it is
-- KEYS[2] state  STRING: what it has been told
-- ARGV[1] holder  who wants it
-- ARGV[2] turnMs  it ends by itself
--
-- returns {} while another process has it, else {1} or {1, state}

local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return {} end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
local state = redis.call("GET", KEYS[2])
return state and { 1, state } or { 1 }
