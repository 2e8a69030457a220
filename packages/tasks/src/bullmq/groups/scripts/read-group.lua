-- The state of one group.
-- ARGV[1] group
-- returns {waiting, active, held, status, reason, limitedUntilMs, oldest id, oldest enqueuedAtMs, dead letters, settings, "<ms> <by>" of its pause or "", 1 if something is set for it}

local group = ARGV[1]
return tasks.describeGroup(group)
