-- Keeps what a receiver of alerts has been told, and the turn with it, if it is still this process's turn.
--
-- KEYS[1] turn   STRING: whose it is
-- KEYS[2] state  STRING: what it has been told
-- ARGV[1] holder   who writes
-- ARGV[2] text     the state
-- ARGV[3] turnMs   the turn lasts so long from now
-- ARGV[4] stateMs  nobody wants it any more after so long without a word
--
-- returns 1, or 0: it is the turn of another process

if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[3])
redis.call("SET", KEYS[2], ARGV[2], "PX", ARGV[4])
return 1
