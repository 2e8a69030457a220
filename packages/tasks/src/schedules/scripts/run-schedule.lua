-- Enqueues a task of a schedule besides its ticks.
-- ARGV[1] schedule
-- ARGV[2] rev
-- ARGV[3] kind      triggered | backfilled
-- ARGV[4] tick
-- ARGV[5] overlap
-- ARGV[6] id        of the task
-- ARGV[7] handler
-- ARGV[8] data      of its job, JSON
-- ARGV[9] options   of its job, JSON
-- ARGV[10] admission   see admit.lua, JSON
-- returns {"stale" | "fired" | "skipped" | "refused" | "known"}

local schedule = ARGV[1]
if call("HGET", SCHEDULE .. schedule, "rev") ~= ARGV[2] then return { "stale" } end
local entry = { id = ARGV[6], handler = ARGV[7], data = ARGV[8], options = ARGV[9], admission = ARGV[10] }
local outcome = tasks.runScheduled(schedule, ARGV[5], ARGV[4], entry)
if outcome == "fired" then tasks.logFiring(schedule, ARGV[3], ARGV[4], "1", ARGV[6]) end
return { outcome }
