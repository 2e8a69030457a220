-- What has become of items, as it is now.
-- ARGV[3] ids   separated by a space
-- returns { unseen | seen | snoozed | read | interacted | gone, … }

inbox.settle()

local seen = tonumber(call("HGET", MARKS, "seen") or "0")
local function statusOf(id)
  local item = inbox.item(id)
  if not item then
    return "gone"
  end
  local state = inbox.state(id, item)
  if state.action ~= "," then
    return "interacted"
  end
  if call("ZSCORE", UNREAD, id) then
    return tonumber(state.seq) > seen and "unseen" or "seen"
  end
  return state.snoozedMs == "0" and "read" or "snoozed"
end

local statuses = {}
for id in string.gmatch(ARGV[3], "%S+") do
  statuses[#statuses + 1] = statusOf(id)
end
return statuses
