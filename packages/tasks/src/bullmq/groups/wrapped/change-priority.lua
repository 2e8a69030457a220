-- Another priority is another place in the group; among tasks of that priority it stands where it came in.
local id, priority = ARGV[3], tonumber(ARGV[1])
if not tasks.isJob(id) then return -1 end
local waits = call("ZSCORE", PRIORITIZED, id)
local reply = stock.changePriority(KEYS, ARGV)
if reply == 0 then
  local score = tonumber(call("HGET", QUEUE .. id, "gsq") or nil)
  if score then
    local seq = (score + SCORE_BASE) % PRIORITY_UNIT
    call("HSET", QUEUE .. id, "gsq", tasks.scoreOf(priority, seq))
  end
  if waits then
    tasks.ingestFromWait(id)
    tasks.wake()
  end
end
return reply
