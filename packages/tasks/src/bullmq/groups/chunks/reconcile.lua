-- Makes good what the index may have lost or kept too much of: edits by hand, jobs deleted under our feet, a failover that
-- lost the newest writes. A place is rightly taken by a task that is in `active`, or in `delayed` where its group keeps places
-- between attempts. In time O(tasks running).
local function reconcile()
  local running = {}
  for _, id in ipairs(redis.call("LRANGE", ACTIVE, 0, -1)) do running[id] = true end
  for _, group in ipairs(redis.call("SMEMBERS", ACTS)) do
    local keeps = settingsOf(group).onFailure ~= "skip"
    for _, id in ipairs(redis.call("SMEMBERS", placesOf(group))) do
      if not running[id] and not (keeps and redis.call("ZSCORE", DELAYED, id)) then givePlace(group, id) end
    end
    if redis.call("EXISTS", placesOf(group)) == 0 then redis.call("SREM", ACTS, group) end
    arm(group)
    tidy(group)
  end
end
