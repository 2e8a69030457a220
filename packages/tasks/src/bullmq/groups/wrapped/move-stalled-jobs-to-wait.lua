-- Workers that were lost have lost their tasks, which go back to their old places. Now and then the whole index is checked.
local lost = stock.moveStalledJobsToWait(KEYS, ARGV)
for _, id in ipairs(lost) do ingestFromWait(id) end
ingestRaw(1000)
if redis.call("SET", CHECKED, 1, "NX", "PX", RECONCILE_EVERY_MS) then reconcile() end
wake()
return lost
