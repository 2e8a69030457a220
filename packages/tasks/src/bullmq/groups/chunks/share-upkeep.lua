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

-- How many ungrouped tasks wait for a place of any share.
function tasks.countAside()
  local count = 0
  if tasks.hasShares() then
    for _, handler in ipairs(call("HKEYS", SHARES)) do count = count + call("ZCARD", G_ASIDE .. handler) end
  end
  return count
end
