-- Sets what holds for a group from now on, or for all groups (`*`); every group this may concern is looked at again.
-- ARGV[1] layer    r: set at run time, f: from the settings file
-- ARGV[2] group
-- ARGV[3] packed   see SETTINGS_PATTERN; empty: nothing is set any more

local layer, group, packed = ARGV[1], ARGV[2], ARGV[3]
-- Workers write the settings of their file again and again; rate windows are not opened by that.
if packed ~= "" and call("HGET", SETTINGS, layer .. ":" .. group) == packed then return end
if packed == "" then call("HDEL", SETTINGS, layer .. ":" .. group)
else call("HSET", SETTINGS, layer .. ":" .. group, packed) end

local concerned = { group }
if group == "*" then
  -- Only groups that run into a limit can be held up by one.
  for _, one in ipairs(call("SMEMBERS", ACTS)) do concerned[#concerned + 1] = one end
  for _, one in ipairs(call("ZRANGE", LIMITED, "0", "-1")) do concerned[#concerned + 1] = one end
end
for _, one in ipairs(concerned) do
  call("ZREM", LIMITED, one)
  call("DEL", G_WINDOW .. one)
  tasks.arm(one)
end
tasks.wake()
