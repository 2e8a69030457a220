-- An attempt was the last one: the task's end, its record and announcement, the place given back, and the next task for the
-- worker, all in one step. The ending begins at ARGV[10].
-- returns {job, id, limit, delay, begun, ended}; begun and ended are missing when there is nothing to say
local id, timestamp, target = ARGV[1], tonumber(ARGV[2]), ARGV[5]
local wantsNext = ARGV[6] == "1"
local job = call("HMGET", QUEUE .. id, "gid", "parentKey", "deid")
local group = job[1]
local ending = tasks.endingOf(ARGV, 10)
tasks.reclaim(id, ending)

-- Normally the stock script fetches the next task, too. Not when it may put another one into `wait` itself, a parent or the
-- newest of several duplicates: it would take that. And not after a failure, which may pause the group.
local fetchesInside = wantsNext and group and not job[2] and not job[3] and target == "completed"
local held, staged
if fetchesInside then
  held = tasks.release(group, id)
  staged = tasks.stage(timestamp)
end
local args = { unpack(ARGV, 1, 9) }
args[6] = staged and "1" or "0"
local reply = stock.moveToFinished(KEYS, args)
if type(reply) == "number" and reply ~= 0 then
  -- Refused: the task is another's by now. All is put back as it was.
  if held then tasks.takePlace(group, id, 0) end
  if staged then tasks.unstage(staged) end
  return reply
end

local ended = tasks.writeEnding(id, ending)
if group then
  local record = target == "failed" and tasks.readRecord(id)
  if target == "failed" and (not record or record.status == "failed") then tasks.bury(group, id)
  elseif tasks.settingsOf(group).pauseAfter > 0 then call("HDEL", FAILS, group) end
  if not fetchesInside then tasks.release(group, id) end
end
local next
if staged then
  next = tasks.arrive(staged, reply)
elseif fetchesInside then
  next = tasks.nothing(timestamp)
elseif wantsNext then
  next = tasks.fetch({ KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[14] },
    { ARGV[7], ARGV[2], ARGV[8] })
else
  tasks.wake()
  next = { 0, 0, 0, 0 }
end
return { next[1], next[2], next[3], next[4], next[5] or false, ended }
