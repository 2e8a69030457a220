-- Takes a task out of the queue wherever it lies, unless a worker has it. The record says so.
-- returns 1 | 0 (a worker has it) | stock error, the record as JSON or false
function tasks.removeTask(id, removeChildren, failure)
  local group = call("HGET", QUEUE .. id, "gid")
  local reply = stock.removeJob({ QUEUE .. id, QUEUE .. "repeat" }, { id, removeChildren, QUEUE })
  if reply ~= 1 then return reply end
  if group then
    call("ZREM", G_QUEUE .. group, id)
    call("ZREM", G_DEAD .. group, id)
    tasks.release(group, id)
    tasks.tidy(group)
  end
  return reply, tasks.cancelRecord(id, failure)
end
