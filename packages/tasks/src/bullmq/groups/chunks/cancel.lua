-- Takes a task out of the queue wherever it lies, unless a worker has it. The record says so.
-- returns 1 | 0 (a worker has it) | -1 (no job is called so) | stock error, the record as JSON or false
function tasks.removeTask(id, removeChildren, failure)
  -- A job that is gone may still lie in a list; what is there and no job is another's.
  if not tasks.isTaskId(id) or call("EXISTS", QUEUE .. id) == 1 and not tasks.isJob(id) then return -1 end
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
