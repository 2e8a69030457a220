-- Puts some of what waits for a place of a handler's share back in line, to be looked at again under the share as it is now.
-- ARGV[1] handler
-- ARGV[2] limit
-- returns how much is left

local left = tasks.recallShare(ARGV[1], ARGV[2])
tasks.wake()
return left
