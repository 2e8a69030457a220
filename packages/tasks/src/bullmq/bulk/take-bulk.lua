-- Takes a bulk act that goes on and that nobody has, or whose holder has said nothing for too long.
-- ARGV[1] holder   unique to this taking of it
-- ARGV[2] holdMs   how long it is the holder's unless it says more
-- returns {id, request as JSON, place to go on from}, or false

for _, name in ipairs(call("ZRANGE", BULK_RUNNING, "0", "-1")) do
  local key = BULK_ACT .. name
  local act = call("HMGET", key, "status", "heldUntilMs", "request", "place")
  if act[1] ~= "running" then
    call("ZREM", BULK_RUNNING, name)
  elseif tonumber(act[2] or "0") <= tasks.nowMs() then
    call("HSET", key, "holder", ARGV[1], "heldUntilMs", tasks.whole(tasks.nowMs() + ARGV[2]))
    return { name, act[3], act[4] }
  end
end
return false
