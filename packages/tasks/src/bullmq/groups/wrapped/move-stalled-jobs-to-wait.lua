-- Workers that were lost have lost their tasks, which go back to their old places.
for _, id in ipairs(call("SMEMBERS", KEYS[1])) do
  -- The stock script would break off at it, each time, and all other lost tasks would stay lost.
  if tasks.isNoJob(id) then
    call("SREM", KEYS[1], id)
    tasks.setAside(id, NO_JOB)
  end
end
local lost = stock.moveStalledJobsToWait(KEYS, ARGV)
for _, id in ipairs(lost) do
  -- BullMQ gives up what has lost two workers, guilty or not. Here it is what has lost two while it was the one to be watched (run-apart.ts), and what has
  -- lost ten. Of the hub's own handlers the latter alone: a fan-out runs on several workers at once, and two that are killed for
  -- reasons of their own must not leave users without.
  local jobKey = QUEUE .. id -- exact: ids are texts
  local job = call("HMGET", jobKey, "name", "defa", "stc", "apt")
  local isGivenUp = job[2] == "job stalled more than allowable limit"
  local isOurs = string.sub(job[1] or "", 1, 4) == "hub."
  local isGuilty = not isOurs and (tonumber(job[4] or "0") or 0) >= 2
  if isGivenUp and not isGuilty and (tonumber(job[3] or "0") or 10) < 10 then call("HDEL", jobKey, "defa") end
  tasks.ingestFromWait(id)
end
tasks.ingestRaw("100")
tasks.wake()
return lost
