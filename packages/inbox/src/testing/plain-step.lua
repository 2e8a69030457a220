-- The publish step of a channel that keeps everything and knows of no restarts: what tests of inboxes need of one.
local function publishStep(stream, meta, terms, data)
  if redis.call("HEXISTS", meta, "e") == 0 then
    redis.call("HSET", meta, "e", terms)
  end
  local offset = redis.call("HINCRBY", meta, "s", "1")
  redis.call("XADD", stream, string.format("%d-0", offset), "b", data)
  return offset, redis.call("HGET", meta, "e"), 0
end

local function positionStep(_, meta, terms, isKept)
  local known = redis.call("HMGET", meta, "s", "e")
  if isKept and not known[2] then
    redis.call("HSET", meta, "e", terms)
    return 0, terms
  end
  return tonumber(known[1] or "0"), known[2] or ""
end

local function forgetStep(stream)
  redis.call("DEL", stream)
end
