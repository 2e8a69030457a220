-- Ends a task that a worker has and whose end the queue's own scripts cannot write; nobody else's.
-- ARGV[1] id
-- ARGV[2] token    of the worker's lock
-- ARGV[3] reason   what those scripts said

local id = ARGV[1]
local lock = redis.pcall("GET", QUEUE .. id .. ":lock")
if lock and lock ~= ARGV[2] then return end
tasks.setAside(id, ARGV[3])
tasks.wake()
