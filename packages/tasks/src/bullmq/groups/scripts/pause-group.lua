-- Starts nothing more of a group until it is resumed, which holds for a group that does not exist yet, too.
-- ARGV[1] group
-- ARGV[2] reason
-- ARGV[3] by      whose act it is; may be empty

tasks.pause(ARGV[1], ARGV[2], ARGV[3])
