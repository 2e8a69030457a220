-- Starts nothing more of a group until it is resumed, which holds for a group that does not exist yet, too.
-- ARGV[1] group
-- ARGV[2] reason

tasks.pause(ARGV[1], ARGV[2])
