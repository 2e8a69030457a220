-- A failed task gets a new life: a new number, which is the end of its group, and all its attempts.

-- The stock script for everybody who wants one task again.
function tasks.reprocess(keys, args)
  tasks.fitPriorityOf(args[1])
  return stock.reprocessJob(keys, args)
end

function tasks.forgetFailure(id)
  local jobKey = QUEUE .. id
  local group = call("HGET", jobKey, "gid")
  call("HDEL", jobKey, "rec", "gsq", "atm", "stc", "defa", "apt")
  -- What waits is as old as this life of it.
  call("HSET", jobKey, "again", tasks.nowText())
  if group then call("ZREM", G_DEAD .. group, id) end
  tasks.reviveRecord(id)
end
