-- An attempt was the last one: the task's end, its record and announcement, the place given back, and the next task for the
-- worker, all in one step. The ending begins at ARGV[10].
-- returns {job, id, limit, delay, begun, ended}; begun and ended are missing when there is nothing to say
local id, target, wantsNext = ARGV[1], ARGV[5], ARGV[6] == "1"
local group = redis.call("HGET", QUEUE .. id, "gid")
local ending = endingOf(ARGV, 10)
reclaim(id, ending)
local args = { unpack(ARGV) }
-- The stock script would take what is rightmost in `wait`, which may be a parent it has just put there itself.
args[6] = "0"
local reply = stock.moveToFinished(KEYS, args)
if reply ~= 0 then return reply end

local ended = writeEnding(id, ending)
local isDead = target == "failed" and (redis.call("HGET", RECORD .. id, "status") or "failed") == "failed"
if group then
  if isDead then bury(group, id)
  elseif settingsOf(group).pauseAfter > 0 then redis.call("HDEL", FAILS, group) end
  release(group, id)
end
local next = { 0, 0, 0, 0 }
if wantsNext then
  next = fetch({ KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[14] },
    { ARGV[7], ARGV[2], ARGV[8] })
else
  wake()
end
return { next[1], next[2], next[3], next[4], next[5] or false, ended }
