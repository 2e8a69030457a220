-- A page of the groups something waits or runs in, is paused or set in, or has failed for good in: SCAN over the places a group can be
-- known from, one after the other. A group that waits is ready, limited, paused, or has all its places taken.
-- ARGV[1] cursor   empty, or "<place>:<cursor of its SCAN>"
-- ARGV[2] limit
-- returns {next cursor, {group, state as read-group.lua returns it, …}}

local place, cursor = string.match(ARGV[1], "^(%d):(%d+)$")
place, cursor = tonumber(place or "1"), cursor or "0"
local limit = tonumber(ARGV[2])
local scans = { { "ZSCAN", READY, 2 }, { "ZSCAN", LIMITED, 2 }, { "SSCAN", ACTS, 1 }, { "HSCAN", SETTINGS, 2 },
  { "ZSCAN", DEAD, 2 } }
local function isKnownBefore(group, before)
  return before > 1 and call("ZSCORE", READY, group) or before > 2 and call("ZSCORE", LIMITED, group)
    or before > 3 and call("SISMEMBER", ACTS, group) == 1
    or before > 4 and (call("HEXISTS", SETTINGS, "p:" .. group) == 1 or call("HEXISTS", SETTINGS, "r:" .. group) == 1)
end
-- A group that is set and paused has two fields and is told of once.
local function groupOfField(name)
  local kind, group = string.sub(name, 1, 2), string.sub(name, 3)
  if group == "*" or kind == "f:" then return nil end
  return (kind == "p:" or call("HEXISTS", SETTINGS, "p:" .. group) == 0) and group or nil
end

local groups = {}
while place <= #scans and #groups < 2 * limit do
  local command, key, step = unpack(scans[place])
  local page = call(command, key, cursor, "COUNT", ARGV[2])
  for index = 1, #page[2], step do
    local group = page[2][index]
    if command == "HSCAN" then group = groupOfField(group) end
    if group and not isKnownBefore(group, place) then
      groups[#groups + 1] = group
      groups[#groups + 1] = tasks.describeGroup(group)
    end
  end
  cursor = page[1]
  if cursor == "0" then place = place + 1 end
end
return { place > #scans and "" or tasks.whole(place) .. ":" .. cursor, groups }
