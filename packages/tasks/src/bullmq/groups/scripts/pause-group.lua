-- Starts nothing more of a group until it is resumed, which holds for a group that does not exist yet, too.
-- ARGV[1] group
-- ARGV[2] reason

redis.call("HSET", PAUSED, ARGV[1], ARGV[2])
redis.call("ZREM", READY, ARGV[1])
redis.call("ZREM", LIMITED, ARGV[1])
