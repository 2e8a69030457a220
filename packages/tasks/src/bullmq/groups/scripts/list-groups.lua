-- A page of the groups something waits or runs in, is paused or set in, or has failed for good in: SCAN over the places a group can be
-- known from, one after the other. A group that waits is ready, limited, paused, or has all its places taken.
-- ARGV[1] cursor   empty, or "<place>:<cursor of its SCAN>"
-- ARGV[2] limit
-- ARGV[3] status   of those that are told; empty: any
-- returns {next cursor, {group, state as read-group.lua returns it, …}}

local place, cursor = string.match(ARGV[1], "^(%d):(%d+)$")
place, cursor = tonumber(place or "1"), cursor or "0"
local limit, status = tonumber(ARGV[2]), ARGV[3]
-- Most groups are passed when some are asked for.
local LOOKED_MAX = 200
local atOnce = status == "" and ARGV[2] or "40"
local scans = { { "ZSCAN", READY, 2 }, { "ZSCAN", LIMITED, 2 }, { "SSCAN", ACTS, 1 }, { "HSCAN", SETTINGS, 2 },
  { "ZSCAN", DEAD, 2 } }
-- Where a group can be known from that has this status: among a thousand that are ready nobody looks for one that is not.
local places = { ready = "13", throttled = "13", limited = "2", maxed = "23", idle = "45", paused = "4" }
local isHeld = tasks.queueHeld().paused
-- Then all are paused, whatever else they are.
local own = isHeld and (status == "paused" and "12345" or "") or places[status] or ""
if status == "" then own = "12345" end
local function isPlace(number) return string.find(own, number, 1, true) end

local function isKnownBefore(group, before)
  return before > 1 and isPlace("1") and call("ZSCORE", READY, group)
    or before > 2 and isPlace("2") and call("ZSCORE", LIMITED, group)
    or before > 3 and isPlace("3") and call("SISMEMBER", ACTS, group) == 1
    or before > 4 and (call("HEXISTS", SETTINGS, "p:" .. group) == 1 or call("HEXISTS", SETTINGS, "r:" .. group) == 1)
end
-- A group that is set and paused has two fields and is told of once.
local function groupOfField(name)
  local kind, group = string.sub(name, 1, 2), string.sub(name, 3)
  if group == "*" or kind == "f:" then return nil end
  if kind ~= "p:" and status == "paused" and not isHeld then return nil end
  return (kind == "p:" or call("HEXISTS", SETTINGS, "p:" .. group) == 0) and group or nil
end
-- A part of what is told of it.
local function isAsked(group)
  -- Most of those that have dead letters are at work.
  if status == "idle" and call("ZSCORE", READY, group) then return false end
  return status == "" or (tasks.statusOf(group, tasks.countWaiting(group), call("SCARD", G_PLACES .. group))) == status
end

local groups, looked = {}, 0
while place <= #scans and #groups < 2 * limit and looked < LOOKED_MAX do
  if isPlace(tasks.whole(place)) then
    local command, key, step = unpack(scans[place])
    local page = call(command, key, cursor, "COUNT", atOnce)
    for index = 1, #page[2], step do
      local group = page[2][index]
      looked = looked + 1
      if command == "HSCAN" then group = groupOfField(group) end
      if group and isAsked(group) and not isKnownBefore(group, place) then
        groups[#groups + 1] = group
        groups[#groups + 1] = tasks.describeGroup(group)
      end
    end
    cursor = page[1]
  end
  if cursor == "0" then place = place + 1 end
end
return { place > #scans and "" or tasks.whole(place) .. ":" .. cursor, groups }
