-- Starts tasks of a paused group again, with a new count of failures.
-- ARGV[1] group

redis.call("HDEL", PAUSED, ARGV[1])
redis.call("HDEL", FAILS, ARGV[1])
arm(ARGV[1])
wake()
