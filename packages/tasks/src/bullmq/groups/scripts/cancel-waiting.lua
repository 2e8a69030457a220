-- Cancels some of the tasks that wait in a group, the next ones first.
-- ARGV[1] group
-- ARGV[2] limit
-- ARGV[3] failure   JSON for the records' `error`
-- returns {how many were cancelled, how many are left}

local group, failure = ARGV[1], ARGV[3]
local cancelled = 0
if group == "" then
  for _, handler in ipairs(tasks.asideHandlers()) do tasks.recallShare(handler, ARGV[2]) end
end
for _ = 1, tonumber(ARGV[2]) do
  local id = tasks.popQueue(group)
  if not id then break end
  tasks.removeTask(id, "0", failure)
  cancelled = cancelled + 1
end
tasks.tidy(group)
return { cancelled, call("ZCARD", G_QUEUE .. group) + (group == "" and tasks.countAside() or 0) }
