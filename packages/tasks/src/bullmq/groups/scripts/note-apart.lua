-- A task that has lost a worker before is begun, or has run for long enough to be trusted. The field `apt` of its job counts beginnings.
-- ARGV[1] id
-- ARGV[2] isBegun       1: it is about to begin; 0: it did no harm
-- returns nothing

if not tasks.isJob(ARGV[1]) then return end
local jobKey = QUEUE .. ARGV[1] -- exact: ids are texts
if ARGV[2] == "1" then
  call("HINCRBY", jobKey, "apt", 1)
else
  call("HDEL", jobKey, "apt")
end
