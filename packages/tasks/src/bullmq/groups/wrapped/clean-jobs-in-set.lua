-- Somebody cleans one state of the queue, in a dashboard as a rule: what is over is forgotten, what waits is cancelled, and so is
-- what a lost worker had. What runs goes on. The stock script knows nothing of places, and finds no waiting task at all,
-- because it looks for positive scores.
local before, limit, state = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if state == "completed" then return stock.cleanJobsInSet(KEYS, ARGV) end

if state == "failed" then
  local groups = {}
  local range = limit > 0 and { "LIMIT", "0", ARGV[3] } or {}
  for _, id in ipairs(call("ZRANGEBYSCORE", FAILED, "0", ARGV[2], unpack(range))) do
    groups[id] = call("HGET", QUEUE .. id, "gid")
  end
  local gone = stock.cleanJobsInSet(KEYS, ARGV)
  for _, id in ipairs(gone) do
    if groups[id] then call("ZREM", G_DEAD .. groups[id], id) end -- exact: ids are texts
  end
  return gone
end

local isList = state == "wait" or state == "paused" or state == "active"
local gone = {}
for _, id in ipairs(call(isList and "LRANGE" or "ZRANGE", KEYS[1], "0", "-1")) do
  if limit > 0 and #gone >= limit then break end
  local job = call("HMGET", QUEUE .. id, "processedOn", "timestamp")
  if tonumber(job[1] or job[2] or "0") <= before
    and tasks.removeTask(id, "0", '{"code":"cancelled","message":"removed from the queue"}') == 1 then
    gone[#gone + 1] = id
  end
end
call("XADD", EVENTS, "*", "event", "cleaned", "count", tasks.whole(#gone))
tasks.wake()
return gone
