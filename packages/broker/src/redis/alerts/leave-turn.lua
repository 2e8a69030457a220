-- Gives up the turn to tell a receiver of alerts, if this process has it.
--
-- KEYS[1] turn   STRING: whose it is
-- ARGV[1] holder  who goes
--
-- returns 1, or 0: it was the turn of another process

if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])
