-- Workers that were lost have lost their tasks, which go back to their old places. Now and then the whole index is checked.
local lost = stock.moveStalledJobsToWait(KEYS, ARGV)
for _, id in ipairs(lost) do tasks.ingestFromWait(id) end
tasks.ingestRaw("1000")
if call("SET", CHECKED, 1, "NX", "PX", RECONCILE_EVERY_MS) then tasks.reconcile() end
tasks.wake()
return lost
