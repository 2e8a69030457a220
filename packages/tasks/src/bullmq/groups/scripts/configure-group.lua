-- Sets what holds for a group from now on, or for all groups (`*`), which rearm-groups.lua looks at again then.
-- ARGV[1] layer    r: set at run time, f: from the settings file
-- ARGV[2] group
-- ARGV[3] packed   see SETTINGS_PATTERN; empty: nothing is set any more
-- returns 1, or 0 when all is as it was

local layer, group, packed = ARGV[1], ARGV[2], ARGV[3]
-- Workers write the settings of their file again and again; rate windows are not opened by that.
if packed ~= "" and call("HGET", SETTINGS, layer .. ":" .. group) == packed then return 0 end
if packed == "" then call("HDEL", SETTINGS, layer .. ":" .. group)
else call("HSET", SETTINGS, layer .. ":" .. group, packed) end

call("ZREM", LIMITED, group)
call("DEL", G_WINDOW .. group)
tasks.arm(group)
tasks.wake()
return 1
