-- Takes a task out of the queue wherever it lies, unless a worker has it. The record says so.
-- returns 1 | 0 (a worker has it) | -1 (no job is called so) | stock error, the record as JSON or false
function tasks.removeTask(id, removeChildren, failure)
  -- A job that is gone may still lie in a list; what is there and no job is another's.
  if not tasks.isTaskId(id) or call("EXISTS", QUEUE .. id) == 1 and not tasks.isJob(id) then return -1 end
  local group = call("HGET", QUEUE .. id, "gid")
  local record = tasks.readRecord(id)
  local reply = stock.removeJob({ QUEUE .. id, QUEUE .. "repeat" }, { id, removeChildren, QUEUE })
  if reply ~= 1 then return reply end
  if group then
    call("ZREM", G_QUEUE .. group, id)
    tasks.unbury(group, id)
    tasks.release(group, id)
    tasks.tidy(group)
  end
  return reply, tasks.cancelRecord(id, failure, record)
end

-- Ends a task wherever it is. A worker that runs it is told.
-- returns "cancelled" | "settled" | "unknown", the record as JSON or false
function tasks.cancelTask(id, failure, cancelChannel)
  local record = tasks.readRecord(id)
  if record and tasks.isSettled(record.status) then return "settled", tasks.jsonOf(record) end
  local isJob = tasks.isJob(id)
  if not record and not isJob then return "unknown", false end
  if not isJob then return "cancelled", tasks.cancelRecord(id, failure, record) end

  local isRunning = call("EXISTS", QUEUE .. id .. ":lock") == 1
  if not isRunning then
    -- Who asks for it later is told what became of it, though its producer has made no record.
    if not record then tasks.writeRecord(id, tasks.newRecord(id, "queued", tasks.bornOf(id)), QUIET_TTL_MS) end
    local _, cancelled = tasks.removeTask(id, "0", failure)
    tasks.wake()
    return "cancelled", cancelled or false
  end
  local cancelled = tasks.cancelRecord(id, failure, record)
  call("PUBLISH", cancelChannel, id)
  return "cancelled", cancelled
end
