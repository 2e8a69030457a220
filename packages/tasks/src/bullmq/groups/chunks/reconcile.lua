-- Makes good what the index may have lost or kept too much of: edits by hand, jobs deleted under our feet, a failover that
-- lost the newest writes. A place is rightly taken by a task that is in `active`, or in `delayed` where its group keeps places
-- between attempts. In time O(tasks running).
function tasks.reconcile()
  local running = {}
  for _, id in ipairs(call("LRANGE", ACTIVE, "0", "-1")) do running[id] = true end
  for _, group in ipairs(call("SMEMBERS", ACTS)) do
    local keeps = tasks.settingsOf(group).onFailure ~= "skip"
    for _, id in ipairs(call("SMEMBERS", G_PLACES .. group)) do
      if not running[id] and not (keeps and call("ZSCORE", DELAYED, id)) then call("SREM", G_PLACES .. group, id) end
    end
    tasks.arm(group)
    tasks.tidy(group)
  end
end
