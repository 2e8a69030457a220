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
  -- What loses two workers is given up, as it may be what ends them. The hub's own handlers are not, and a fan-out runs on several
  -- workers at once: two that are killed for reasons of their own must not leave users without.
  local jobKey = QUEUE .. id -- exact: ids are texts
  local job = call("HMGET", jobKey, "name", "defa", "stc")
  local isGivenUp = job[2] == "job stalled more than allowable limit"
  if isGivenUp and string.sub(job[1] or "", 1, 4) == "hub." and (tonumber(job[3] or "0") or 10) < 10 then
    call("HDEL", jobKey, "defa")
  end
  tasks.ingestFromWait(id)
end
tasks.ingestRaw("100")
tasks.wake()
return lost
