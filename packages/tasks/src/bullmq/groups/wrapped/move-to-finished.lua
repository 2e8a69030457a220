-- Attempts were the last ones: for each, one after the other, the task's end, its record and announcement, the place given
-- back, and the next task for the worker, all in one step.
-- KEYS[1] beginning of the queue's keys
-- ARGV[1] options as the stock script takes them, of all, as JSON without the token
-- ARGV[2] "completed" | "failed"
-- ARGV[3] field of the job that takes the value
-- ARGV[4] … FINISH_LENGTH values for each end: id, time, value, "1" when the next task is wanted, more fields of the job as the stock script
--   takes them, and the ending (ending.lua)
-- returns for each a text (tasks.toldOf); or the number with which the stock script refused it; or an error, which concerns no other

-- Keys and arguments of the stock script. at: where the end begins in ARGV
local function stockCall(at, delayed, wantsNext) -- seldom
  local id, target = ARGV[at], ARGV[2]
  local options = cjson.decode(ARGV[1])
  options.token = ARGV[at + 5]
  return { WAIT, ACTIVE, PRIORITIZED, EVENTS, STALLED, QUEUE .. "limiter", delayed, QUEUE .. "paused", META, QUEUE .. "pc",
    QUEUE .. target, QUEUE .. id, QUEUE .. "metrics:" .. target, MARKER },
    { id, tasks.nowText(), ARGV[3], ARGV[at + 2], target, wantsNext, QUEUE, cmsgpack.pack(options), ARGV[at + 4] }
end

-- What the stock script would fetch with.
local function fetch(at) -- seldom
  local options = cjson.decode(ARGV[1])
  options.token = ARGV[at + 5]
  return tasks.fetch({ WAIT, ACTIVE, PRIORITIZED, EVENTS, STALLED, QUEUE .. "limiter", DELAYED, QUEUE .. "paused", META, QUEUE .. "pc", MARKER },
    { QUEUE, ARGV[at + 1], cmsgpack.pack(options) })
end

-- An end that is not usual. returns {next, ended, dropped} as tasks.toldOf takes them
function tasks.finishStock(at) -- seldom
  tasks.lookAgain()
  local id, timestamp, target = ARGV[at], tonumber(ARGV[at + 1]), ARGV[2]
  local wantsNext = ARGV[at + 3] == "1"
  local job = call("HMGET", QUEUE .. id, "gid", "parentKey", "deid")
  local group = job[1]
  local ending = tasks.endingAt(at)
  tasks.reclaim(id, ending)

  -- Normally the stock script fetches the next task, too. Not when it may put another one into `wait` itself, a parent or the
  -- newest of several duplicates: it would take that. And not after a failure, which may pause the group.
  local fetchesInside = wantsNext and group and not job[2] and not job[3] and target == "completed"
  local held, staged
  if fetchesInside then
    held = tasks.release(group, id)
    staged = tasks.stage()
  end
  local keys, args = stockCall(at, staged and NOTHING_DELAYED or DELAYED, staged and "1" or "0")
  local isDone, reply = pcall(stock.moveToFinished, keys, args)
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
    next = fetch(at)
  else
    tasks.wake()
    next = { 0, 0, 0, 0 }
  end
  return { next = next, ended = ended, dropped = dropped }
end

local function finish(at)
  return tasks.finishUsual(at) or tasks.finishStock(at)
end

local replies = {}
-- They are all of one worker.
tasks.fetchToken = ARGV[9]
tasks.sayLater()
tasks.openUsual()
for at = 4, #ARGV, FINISH_LENGTH do
  local isDone, reply = pcall(finish, at)
  if not isDone and type(reply) ~= "table" then reply = redis.error_reply("ERR " .. tostring(reply)) end
  replies[#replies + 1] = reply
end
tasks.closeUsual()
tasks.settleMarker()
tasks.sayAll()
for index, reply in ipairs(replies) do
  if type(reply) == "table" and reply.next then replies[index] = tasks.toldOf(reply.next, reply.ended, reply.dropped) end
end
return replies
