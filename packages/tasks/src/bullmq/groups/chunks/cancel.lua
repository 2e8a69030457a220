-- Takes a task out of the queue wherever it lies, unless a worker has it. The record says so.
-- returns 1 | 0 (a worker has it) | stock error, HGETALL or nil
local function removeTask(id, removeChildren, failure)
  local group = redis.call("HGET", QUEUE .. id, "gid")
  local reply = stock.removeJob({ QUEUE .. id, QUEUE .. "repeat" }, { id, removeChildren, QUEUE })
  if reply ~= 1 then return reply end
  if group then
    redis.call("ZREM", queueOf(group), id)
    redis.call("ZREM", deadOf(group), id)
    release(group, id)
  end
  return reply, cancelRecord(id, failure)
end
