-- What is done to lacking handlers beside handing out tasks; see lacks.lua.

-- Notes that the worker with this token has not the handler. returns 1: others may have it, and its task waits for them; 0: it fails
function tasks.noteLack(handler, token, most, isElsewhere)
  local looks = tonumber(string.match(call("HGET", LACKS, handler) or "", "^%d+") or "0")
  if isElsewhere then
    looks = 0
  elseif looks >= most or call("HEXISTS", LACKS, handler) == 0 and call("HLEN", LACKS) >= LACKS_MAX then
    -- What waits of it fails like this one: this worker is not among those that lack it, and takes the next.
    return 0
  end
  call("HSET", LACKS, handler, tasks.whole(looks) .. " " .. tasks.whole(most))
  call("SADD", G_LACK .. handler, workerOf(token))
  return 1
end

-- With each look through the index. Who lacks a handler is asked again when its time is over, and forgotten when nothing waits for it; but
-- what fails then may be much, and must not begin to wait again.
function tasks.lookAtLacks()
  if not tasks.hasLacks() then return end
  local lacking = call("HGETALL", LACKS)
  for index = 1, #lacking, 2 do
    local handler = lacking[index]
    local looks, most = string.match(lacking[index + 1], "^(%d+) (%d+)$")
    looks, most = (tonumber(looks) or 0) + 1, tonumber(most) or 0
    local isWaitedFor = call("EXISTS", G_ASIDE .. handler, G_PARKED .. handler) > 0
    if not isWaitedFor and (looks <= most or looks > 2 * most) then
      call("HDEL", LACKS, handler)
      call("DEL", G_LACK .. handler)
    else
      call("HSET", LACKS, handler, tasks.whole(looks) .. " " .. tasks.whole(most))
      if looks >= most then
        call("DEL", G_LACK .. handler)
        tasks.recallShare(handler, RECALLED_MAX)
      end
    end
  end
end
