-- Shares of handlers: how many tasks of one run at the same time, over all workers and groups. Whoever takes a task asks here, and
-- whoever gives it back, for whatever reason, says so. A task that may not start yet waits as its group does: a group waits as a whole, since
-- nothing overtakes in it; the ungrouped, which have no order, are put aside one by one, or the first would hold up all handlers.
--
--   g:shares              HASH handler -> tasks at the same time; not there: no handler has a share, and nothing here costs anything
--   g:shared              HASH task -> handler, of those that run under one
--   g:h:<handler>         SET of those tasks
--   g:aside:<handler>     ZSET task -> score, ungrouped ones that wait for a place; they lie in `prioritized`, as all that wait
--   g:parked:<handler>    ZSET group -> time, whose next task waits for one; they lie in g:acts

local hasShares
function tasks.hasShares()
  -- Whether there are settings at all is known already, as a rule.
  if hasShares == nil then hasShares = tasks.hasSettings() and call("EXISTS", SHARES) == 1 end
  return hasShares
end

-- Puts one ungrouped task and one group back in line. One of them may find the place taken, and waits on.
function tasks.offerShare(handler) -- seldom
  for _ = 1, 100 do
    local aside = call("ZPOPMIN", G_ASIDE .. handler)
    if not aside[1] then break end
    -- What others have taken or removed meanwhile is dropped on the way.
    if call("ZSCORE", PRIORITIZED, aside[1]) then
      call("ZADD", G_QUEUE, aside[2], aside[1])
      tasks.arm("")
      break
    end
  end
  local group = call("ZPOPMIN", G_PARKED .. handler)[1]
  if group then tasks.arm(group) end
end

-- A task that was started runs no more.
function tasks.leaveShare(id)
  if not tasks.hasShares() then return end
  local handler = call("HGET", SHARED, id)
  if not handler then return end
  call("HDEL", SHARED, id)
  call("SREM", G_SHARE .. handler, id)
  tasks.offerShare(handler)
end

-- returns true when the task may start, which takes a place; else its handler
function tasks.enterShare(id)
  if not tasks.hasShares() then return true end
  local handler = call("HGET", QUEUE .. id, "name")
  local limit = handler and tonumber(call("HGET", SHARES, handler) or "")
  if not limit then return true end
  if call("SCARD", G_SHARE .. handler) >= limit then return handler end
  call("SADD", G_SHARE .. handler, id)
  call("HSET", SHARED, id, handler)
  return true
end

-- Puts a task that was taken out of its group's queue where it waits for a place.
function tasks.awaitShare(handler, group, id, time) -- seldom
  local score = call("HGET", QUEUE .. id, "gsq")
  call("ZADD", PRIORITIZED, score, id)
  if call("HSET", TIMES, group, time) == 1 then call("SADD", ACTS, group) end
  if group == "" then
    call("ZADD", G_ASIDE .. handler, score, id)
    tasks.arm(group)
  else
    call("ZADD", G_QUEUE .. group, score, id)
    call("ZADD", G_PARKED .. handler, time, group)
  end
end
