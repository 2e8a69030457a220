-- Nobody waits for the answer of a call any more.
-- ARGV[1] id
-- ARGV[2] stops   1: its handler is to stop if it runs
-- returns 1 when it was not taken yet and never will be, else 0

if redis.call("DEL", CALL .. ARGV[1]) == 1 then return 1 end
if ARGV[2] == "1" then redis.call("PUBLISH", CANCELLED, ARGV[1]) end
return 0
