-- Workers that were lost have lost their tasks, which go back to their old places.
for _, id in ipairs(call("SMEMBERS", KEYS[1])) do
  -- The stock script would break off at it, each time, and all other lost tasks would stay lost.
  if tasks.isNoJob(id) then
    call("SREM", KEYS[1], id)
    tasks.setAside(id, NO_JOB)
  end
end
local lost = stock.moveStalledJobsToWait(KEYS, ARGV)
for _, id in ipairs(lost) do tasks.ingestFromWait(id) end
tasks.ingestRaw("100")
tasks.wake()
return lost
