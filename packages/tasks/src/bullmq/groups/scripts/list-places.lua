-- The tasks that hold places of a group.
-- ARGV[1] group
-- returns ids

return call("SMEMBERS", G_PLACES .. ARGV[1])
