-- After the settings of all groups have changed: looks again at some of those that run into a limit; no others can be held up by one.
-- ARGV[1] state    acts or limited
-- ARGV[2] cursor   of SSCAN or ZSCAN; "0": begin
-- returns the next cursor; "0": that was all

local isLimited = ARGV[1] == "limited"
local page = call(isLimited and "ZSCAN" or "SSCAN", isLimited and LIMITED or ACTS, ARGV[2], "COUNT", "100")
for index = 1, #page[2], isLimited and 2 or 1 do
  local group = page[2][index]
  call("ZREM", LIMITED, group)
  call("DEL", G_WINDOW .. group)
  tasks.arm(group)
end
tasks.wake()
return page[1]
