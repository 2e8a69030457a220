-- Makes good what the index may have lost or kept too much of: edits by hand, jobs deleted under our feet, a failover that
-- lost the newest writes. A place is rightly taken by a task that is in `active`, or in `delayed` where its group keeps places
-- between attempts. Some groups at a time. cursor: of SSCAN. returns the next one; "0": that was all
function tasks.reconcile(cursor)
  tasks.pruneShares()
  call("ZREMRANGEBYSCORE", RETRYING, "-inf", tasks.whole((tasks.nowMs() - QUIET_TTL_MS) * 0x1000))
  local running = {}
  for _, id in ipairs(call("LRANGE", ACTIVE, "0", "-1")) do running[id] = true end
  local page = call("SSCAN", ACTS, cursor, "COUNT", "100")
  for _, group in ipairs(page[2]) do
    local keeps = tasks.settingsOf(group).onFailure ~= "skip"
    for _, id in ipairs(call("SMEMBERS", G_PLACES .. group)) do
      if not running[id] and not (keeps and call("ZSCORE", DELAYED, id)) then call("SREM", G_PLACES .. group, id) end
    end
    tasks.arm(group)
    tasks.tidy(group)
  end
  tasks.wake()
  return page[1]
end
