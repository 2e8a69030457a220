-- A task comes in that is not due yet; it enters its group when it is. That moment is made from Redis' clock: the caller's, which its
-- arguments were made from, may be wrong. ARGV[16] is when it is due, if that was asked for and not a delay.
local job, dueAt = cmsgpack.unpack(ARGV[1]), ARGV[16] or ""
job[4] = tasks.nowText()
ARGV[1] = cmsgpack.pack(job)
if dueAt == "" then return tasks.add(stock.addDelayedJob, KEYS, ARGV) end

local options = cmsgpack.unpack(ARGV[3])
local delay = dueAt - tasks.nowMs()
options.delay = delay > 0 and tasks.whole(delay) or nil
ARGV[3] = cmsgpack.pack(options)
if delay > 0 then return tasks.add(stock.addDelayedJob, KEYS, ARGV) end
ARGV[14] = "0"
return tasks.add(stock.addStandardJob, tasks.standardKeys(), ARGV)
