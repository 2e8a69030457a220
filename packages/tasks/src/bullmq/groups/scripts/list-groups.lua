-- A page of the groups something waits, runs, is paused or is set in: SCAN over the four places a group can be known from,
-- one after the other. A group that waits is ready, limited, paused, or has all its places taken.
-- ARGV[1] cursor   empty, or "<place>:<cursor of its SCAN>"
-- ARGV[2] limit
-- returns {next cursor, {group, state as read-group.lua returns it, …}}

local place, cursor = string.match(ARGV[1], "^(%d):(%d+)$")
place, cursor = tonumber(place or "1"), cursor or "0"
local limit = tonumber(ARGV[2])
local scans = {
  { "ZSCAN", READY, 2, function(name) return name end },
  { "ZSCAN", LIMITED, 2, function(name) return name end },
  { "SSCAN", ACTS, 1, function(name) return name end },
  { "HSCAN", PAUSED, 2, function(name) return name end },
  { "HSCAN", SETTINGS, 2, function(name) return string.sub(name, 1, 2) == "r:" and string.sub(name, 3) or nil end },
}
local function isKnownBefore(group, before)
  return before > 1 and redis.call("ZSCORE", READY, group) or before > 2 and redis.call("ZSCORE", LIMITED, group)
    or before > 3 and redis.call("SISMEMBER", ACTS, group) == 1
    or before > 4 and redis.call("HEXISTS", PAUSED, group) == 1
end

local groups = {}
while place <= #scans and #groups < 2 * limit do
  local command, key, step, nameOf = unpack(scans[place])
  local page = redis.call(command, key, cursor, "COUNT", limit)
  for index = 1, #page[2], step do
    local group = nameOf(page[2][index])
    if group and group ~= "*" and not isKnownBefore(group, place) then
      groups[#groups + 1] = group
      groups[#groups + 1] = describeGroup(group)
    end
  end
  cursor = page[1]
  if cursor == "0" then place = place + 1 end
end
return { place > #scans and "" or place .. ":" .. cursor, groups }
