-- An idle worker asks for a task.
local next = tasks.fetch(KEYS, ARGV)
tasks.settleMarker()
return next
