-- Takes one task for a worker. The stock script takes what is rightmost in `wait`; exactly one task is laid there right
-- before, the one whose turn it is, and if there is none the stock script is not called: it would take anything else.
-- keys and args are those of the stock moveToActive.
-- returns what it returns, {job, id, limit, delay}, and behind it {group, fence, verdict, HGETALL of the record} of what was
-- taken: its attempt has begun in this very step.
local function fetch(keys, args)
  local timestamp = tonumber(args[2])
  promoteDue(timestamp)
  ingestRaw(100)
  local id, group, time = takeNext()
  -- Whoever waits for a task must learn of the moment; it is told as the stock scripts tell of a delay that will be over.
  if hasLimited then redis.call("ZADD", MARKER, "LT", nextLook(timestamp), "1") end
  if not id then
    -- More tries, or more raw tasks, than one fetch may handle: somebody must come at once.
    if redis.call("ZCARD", READY) > 0 or redis.call("LLEN", WAIT) > 0 then
      redis.call("ZADD", MARKER, 0, "0")
    else
      redis.call("ZREM", MARKER, "0")
    end
    return { 0, 0, 0, nextLook(timestamp) }
  end
  redis.call("RPUSH", WAIT, id)
  local reply = stock.moveToActive(keys, args)
  if reply[2] ~= id then
    -- The queue as a whole is paused, full or over its rate.
    redis.call("LREM", WAIT, -1, id)
    putBack(id, group, time)
    return reply
  end
  -- The stock script has woken another worker, which would find nothing.
  if redis.call("ZCARD", READY) == 0 and redis.call("LLEN", WAIT) == 0 then redis.call("ZREM", MARKER, "0") end
  local job = redis.call("HMGET", QUEUE .. id, "ats", "atm")
  local verdict, record = beginRecord(id, tonumber(job[1]), tonumber(job[2] or "0") + 1)
  reply[5] = { group, job[1], verdict, record }
  return reply
end
