-- Workers that were lost have lost their tasks, which go back to their old places.
local lost = stock.moveStalledJobsToWait(KEYS, ARGV)
for _, id in ipairs(lost) do tasks.ingestFromWait(id) end
tasks.ingestRaw("100")
tasks.wake()
return lost
