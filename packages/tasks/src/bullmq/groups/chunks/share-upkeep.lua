-- What is done to shares beside taking and giving places; see shares.lua.

-- Puts so many ungrouped tasks and groups back in line, to be looked at again. returns how much is left
function tasks.recallShare(handler, limit)
  local aside = call("ZPOPMIN", G_ASIDE .. handler, limit)
  for index = 1, #aside, 2 do
    if call("ZSCORE", PRIORITIZED, aside[index]) then call("ZADD", G_QUEUE, aside[index + 1], aside[index]) end
  end
  if #aside > 0 then tasks.arm("") end
  local parked = call("ZPOPMIN", G_PARKED .. handler, limit)
  for index = 1, #parked, 2 do tasks.arm(parked[index]) end
  return call("ZCARD", G_ASIDE .. handler) + call("ZCARD", G_PARKED .. handler)
end

-- Gives back the places of what was lost without a word, as a job that was deleted by hand. What a lost worker ran is in `active` until it
-- is put back, which says so.
function tasks.pruneShares()
  if not tasks.hasShares() then return end
  for _, handler in ipairs(call("HKEYS", SHARES)) do
    for _, id in ipairs(call("SMEMBERS", G_SHARE .. handler)) do
      if call("EXISTS", QUEUE .. id .. ":lock") == 0 and not call("LPOS", ACTIVE, id) then tasks.leaveShare(id) end
    end
    tasks.offerShare(handler)
  end
end

-- Handlers whose ungrouped tasks may wait aside: for a place of a share, or for a worker that has them.
function tasks.asideHandlers()
  if not tasks.hasSettings() then return {} end
  local handlers = call("HKEYS", LACKS)
  for _, handler in ipairs(call("HKEYS", SHARES)) do
    if call("HEXISTS", LACKS, handler) == 0 then handlers[#handlers + 1] = handler end
  end
  return handlers
end

function tasks.countAside()
  local count = 0
  for _, handler in ipairs(tasks.asideHandlers()) do count = count + call("ZCARD", G_ASIDE .. handler) end
  return count
end
