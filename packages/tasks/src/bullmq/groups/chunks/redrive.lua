-- A failed task gets a new life: a new number, which is the end of its group, and all its attempts.

local function forgetFailure(id)
  local jobKey = QUEUE .. id
  local group = redis.call("HGET", jobKey, "gid")
  redis.call("HDEL", jobKey, "gsq", "atm", "stc", "defa")
  if group then redis.call("ZREM", deadOf(group), id) end
  return reviveRecord(id)
end
