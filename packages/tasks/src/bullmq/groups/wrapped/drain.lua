-- Somebody empties the queue, in a dashboard as a rule. What runs goes on.
local failure = '{"code":"cancelled","message":"the queue was emptied"}'
local states = { redis.call("LRANGE", WAIT, 0, -1), redis.call("ZRANGE", PRIORITIZED, 0, -1) }
if ARGV[2] == "1" then states[3] = redis.call("ZRANGE", DELAYED, 0, -1) end
local gone = {}
for _, ids in ipairs(states) do
  for _, id in ipairs(ids) do
    gone[#gone + 1] = { id, redis.call("HGET", QUEUE .. id, "gid") }
  end
end
local reply = stock.drain(KEYS, ARGV)
for _, task in ipairs(gone) do
  local id, group = task[1], task[2]
  -- Iterations of schedules are left by the stock script.
  if redis.call("EXISTS", QUEUE .. id) == 0 then
    cancelRecord(id, failure)
    if group then
      redis.call("ZREM", queueOf(group), id)
      release(group, id)
    end
  end
end
return reply
