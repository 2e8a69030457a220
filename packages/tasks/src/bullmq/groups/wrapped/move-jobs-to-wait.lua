-- Somebody retries all failed tasks, or promotes all delayed ones.
local state, limit = ARGV[3], ARGV[1]
local ids = call("ZRANGEBYSCORE", KEYS[3], 0, ARGV[2], "LIMIT", 0, limit)
for index = #ids, 1, -1 do
  -- The stock script would break off at it, each time.
  if tasks.isNoJob(ids[index]) then
    call("ZREM", KEYS[3], ids[index])
    tasks.setAside(table.remove(ids, index), NO_JOB)
  end
end
local reply = stock.moveJobsToWait(KEYS, ARGV)
for _, id in ipairs(ids) do
  if state == "failed" then tasks.forgetFailure(id) end
  tasks.ingestFromWait(id)
end
tasks.wake()
return reply
