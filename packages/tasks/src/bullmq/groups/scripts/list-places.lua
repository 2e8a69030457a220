-- The tasks that hold places of a group.
-- ARGV[1] group
-- returns ids

return redis.call("SMEMBERS", placesOf(ARGV[1]))
