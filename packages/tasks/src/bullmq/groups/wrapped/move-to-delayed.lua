-- An attempt failed and another comes later. Under `block` the task keeps its place: nothing of its group overtakes it.
-- The ending begins at ARGV[10]. returns as move-to-finished.lua
local id, wantsNext = ARGV[3], ARGV[8] == "1"
local group = call("HGET", QUEUE .. id, "gid")
local ending = tasks.endingOf(ARGV, 10, id)
tasks.reclaim(id, ending)
local args = { unpack(ARGV) }
-- Whose clock is wrong does not try again at once, or in an hour.
args[2], args[8] = tasks.nowText(), "0"
local reply = stock.moveToDelayed(KEYS, args)
if reply ~= 0 then return reply end

tasks.leaveShare(id)
local ended = tasks.writeEnding(id, ending)
local isRetry = ARGV[6] == "0"
if group and not (isRetry and tasks.settingsOf(group).onFailure ~= "skip") then tasks.release(group, id) end
local next = { 0, 0, 0, 0 }
if wantsNext then
  next = tasks.fetch({ KEYS[9], KEYS[2], KEYS[3], KEYS[6], KEYS[8], KEYS[10], KEYS[4], QUEUE .. "paused", KEYS[7], KEYS[11], KEYS[1] },
    { ARGV[1], ARGV[2], ARGV[9] })
  tasks.settleMarker()
else
  tasks.wake()
end
return { next[1], next[2], next[3], next[4], next[5] or false, ended }
