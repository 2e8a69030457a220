-- Attempts were the last ones: for each, one after the other, the task's end, its record and announcement, the place given
-- back, and the next task for the worker, all in one step. ARGV holds FINISH_LENGTH values for each: the stock script's nine,
-- and the ending behind them. KEYS are the stock script's for the first; the others' differ by the job's own alone.
-- returns for each {job, id, limit, delay, begun, ended, dropped}, begun and ended are false when there is nothing to say, dropped is
-- how many older dead letters gave way; or the number
-- with which the stock script refused it; or an error, which concerns no other
local function finish(at)
  local reply = tasks.finishUsual(at)
  if reply then return reply end
  tasks.lookAgain()
  local id, timestamp, target = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 4]
  local wantsNext = ARGV[at + 5] == "1"
  local job = call("HMGET", QUEUE .. id, "gid", "parentKey", "deid")
  local group = job[1]
  local ending = tasks.endingOf(ARGV, at + 9, id)
  tasks.reclaim(id, ending)

  -- Normally the stock script fetches the next task, too. Not when it may put another one into `wait` itself, a parent or the
  -- newest of several duplicates: it would take that. And not after a failure, which may pause the group.
  local fetchesInside = wantsNext and group and not job[2] and not job[3] and target == "completed"
  local held, staged
  if fetchesInside then
    held = tasks.release(group, id)
    staged = tasks.stage()
  end
  local args = { unpack(ARGV, at, at + 8) }
  args[2], args[6] = tasks.nowText(), staged and "1" or "0"
  KEYS[7], KEYS[12] = staged and NOTHING_DELAYED or DELAYED, QUEUE .. id
  local isDone, reply = pcall(stock.moveToFinished, KEYS, args)
  if not isDone or type(reply) == "number" and reply ~= 0 then
    -- Refused, as the task is another's by now, or the script has stumbled over the job. All is put back as it was.
    if held then tasks.takePlace(group, id, 0) end
    if held then tasks.enterShare(id) end
    if staged then tasks.unstage(staged) end
    return isDone and reply or error(reply, 0)
  end

  local ended = tasks.writeEnding(id, ending)
  local dropped = 0
  if group then
    local record = target == "failed" and tasks.readRecord(id)
    if target == "failed" and (not record or record.status == "failed") then dropped = tasks.bury(group, id)
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
      { ARGV[at + 6], ARGV[at + 1], ARGV[at + 7] })
  else
    tasks.wake()
    next = { 0, 0, 0, 0 }
  end
  return { next[1], next[2], next[3], next[4], next[5] or false, ended, dropped }
end

local replies = {}
-- They are all of one worker.
tasks.fetchToken = ARGV[10]
tasks.openUsual()
for at = 1, #ARGV, FINISH_LENGTH do
  local isDone, reply = pcall(finish, at)
  if not isDone and type(reply) ~= "table" then reply = redis.error_reply("ERR " .. tostring(reply)) end
  replies[#replies + 1] = reply
end
tasks.closeUsual()
tasks.settleMarker()
return replies
