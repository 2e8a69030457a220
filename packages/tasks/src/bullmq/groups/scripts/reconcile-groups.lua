-- Checks some groups of the index; see reconcile.lua.
-- ARGV[1] cursor   of the step before; empty: begin, unless all were checked a moment ago
-- returns the next cursor; "0": that was all

local cursor = ARGV[1]
if cursor == "" then
  if not call("SET", CHECKED, "1", "NX", "PX", RECONCILE_EVERY_MS) then return "0" end
  cursor = "0"
  tasks.lookAtLacks()
end
return tasks.reconcile(cursor)
