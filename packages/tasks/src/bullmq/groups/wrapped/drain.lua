-- Somebody empties the queue, in a dashboard as a rule. What runs goes on.
local failure = '{"code":"cancelled","message":"the queue was emptied"}'
local states = { call("LRANGE", WAIT, "0", "-1"), call("ZRANGE", PRIORITIZED, "0", "-1") }
if ARGV[2] == "1" then states[3] = call("ZRANGE", DELAYED, "0", "-1") end
local gone = {}
for _, ids in ipairs(states) do
  for _, id in ipairs(ids) do
    gone[#gone + 1] = { id, call("HGET", QUEUE .. id, "gid") }
  end
end
local reply = stock.drain(KEYS, ARGV)
for _, task in ipairs(gone) do
  local id, group = task[1], task[2]
  -- Iterations of schedules are left by the stock script.
  if call("EXISTS", QUEUE .. id) == 0 then
    tasks.cancelRecord(id, failure)
    if group then
      call("ZREM", G_QUEUE .. group, id)
      tasks.release(group, id)
      tasks.tidy(group)
    end
  end
end
return reply
