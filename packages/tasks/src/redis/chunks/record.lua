-- Records: what everybody sees of a task. Every change of one goes through here and is announced in the same step.
-- RECORD, ATTEMPTS and SETTLED are the beginnings of the keys of a record and of what is noted of its attempts, and of the name its waiters listen to, QUIET_TTL_MS is the life of a
-- record that nothing settles, CANCELLED where the last CANCELLED_MAX that were cancelled are noted, RETRYING where those are that failed and come again, JOB begins a job's key. Before this chunk stand announceRecord(id, seq, body, nowMs, place, unsaid),
-- recordChannel(id) and recordIsWatched(id, isNew), or false, and derived-record.lua.
--
-- All functions of ours are in one table: a function that refers to many others by name costs as much to make as to call, and
-- scripts make theirs anew each time they run. Numbers that do not change are written as texts where Redis is called, since
-- Lua's are formatted by printf.

local call = redis.call
local tasks = {}

function tasks.isSettled(status)
  return status == "succeeded" or status == "failed" or status == "cancelled"
end

-- One reading of the clock for all of a script: what happens in one step happens at one time.
local clockUs
function tasks.nowUs()
  if not clockUs then
    local time = call("TIME")
    clockUs = time[1] * 1000000 + time[2]
  end
  return clockUs
end
function tasks.nowMs()
  return math.floor(tasks.nowUs() / 1000)
end

local nowText
function tasks.nowText()
  if not nowText then nowText = string.format("%d", tasks.nowMs()) end
  return nowText
end

-- A whole number as text; Lua's own conversion keeps 14 digits only, and %.0f takes twice as long.
function tasks.whole(number)
  return string.format("%d", number)
end

-- What is to be published, as lists of names and messages, where a script keeps it to ask once who listens to any of it; see say.lua.
local unsaid = false

-- A record lies in Redis as one text of three lines: its JSON, its place in its channel, which only announceRecord understands, and
-- "<fence> <resultTtlMs> <callbackUrl>". Reading, changing and writing it takes half the time that a hash of the same takes, and
-- the JSON is what is announced and returned.
--
-- It is taken apart by its punctuation. No quote within a JSON text is bare, so the first bare `,"status":"` ends what never
-- changes, and `error` holds nothing but texts; only a result may hold anything, and it is last.
local STATUS = ',"status":"'
local RECORD_PATTERN = '^,"status":"(%a+)","percent":([^,]+),"message":(.-),"error":(.-),"attempt":(%d+),"seq":(%d+),'
  .. '"startedAtMs":([^,]+),"finishedAtMs":([^,]+),"result":([^\n]*)}\n([^\n]*)\n(%d+) (%d+) (.*)$'

-- job: fields of its job as derivedRecord takes them, where they are at hand. returns the record, or nil
function tasks.readRecord(id, job) -- seldom
  local text = call("GET", RECORD .. id)
  if not text then
    if job then return derivedRecord(id, job) end
    return deriveRecord(id, JOB .. id)
  end
  return tasks.parseRecord(text)
end

function tasks.parseRecord(text)
  local at = string.find(text, STATUS, 1, true)
  local record = { head = string.sub(text, 1, at - 1), text = text, status = "", percent = "", message = "", error = "",
    attempt = "", seq = "", startedAtMs = "", finishedAtMs = "", result = "", place = "", fence = "",
    resultTtlMs = "", callbackUrl = "" }
  record.status, record.percent, record.message, record.error, record.attempt, record.seq, record.startedAtMs,
    record.finishedAtMs, record.result, record.place, record.fence, record.resultTtlMs, record.callbackUrl =
    string.match(text, RECORD_PATTERN, at)
  return record
end

-- A record that was read, as JSON.
function tasks.jsonOf(record) -- seldom
  return record.text and string.match(record.text, "^[^\n]*") or recordJson(record, record.seq)
end

-- Writes a record that was changed. ttlMs: its life from now; nil: what is left of it. returns it as JSON
function tasks.writeRecord(id, record, ttlMs)
  local seq = tasks.whole(record.seq + 1)
  local json, place = recordJson(record, seq), record.place
  if announceRecord then place = announceRecord(id, seq, json, tasks.nowText(), place, unsaid) end
  local text = json .. "\n" .. place .. "\n" .. record.fence .. " " .. record.resultTtlMs .. " " .. record.callbackUrl
  if ttlMs or record.isDerived then
    call("SET", RECORD .. id, text, "PX", ttlMs or QUIET_TTL_MS)
  else
    call("SET", RECORD .. id, text, "KEEPTTL")
  end
  return json
end

-- born: {handler, group, user, attempts, resultTtlMs, enqueuedAtMs, callbackUrl}, the last may be missing.
function tasks.newRecord(id, status, born) -- seldom
  local text = cjson.encode
  local head = '{"id":' .. text(id) .. ',"handler":' .. text(born.handler) .. ',"group":' .. text(born.group)
    .. ',"user":' .. text(born.user) .. ',"attempts":' .. born.attempts .. ',"enqueuedAtMs":' .. born.enqueuedAtMs
  return { head = head, fence = "0", status = status, percent = "null", message = "null", error = "null", attempt = "0",
    seq = "0", startedAtMs = "null", finishedAtMs = "null", result = "null", place = "",
    resultTtlMs = born.resultTtlMs, callbackUrl = born.callbackUrl or "" }
end

-- Begins an attempt: from here on only the holder of its fence may change the record. `born` is for a record that is
-- missing, as for a task of a producer of its own; without it a missing record stays missing. `job` is as it was before.
-- returns "begun" | "settled" | "stale" | "missing", the record as JSON or false
function tasks.beginRecord(id, fence, attempt, born, job) -- seldom
  local record = tasks.readRecord(id, job)
  if not record then
    if not born then return "missing", false end
    record = tasks.newRecord(id, "queued", born)
  else
    local newestFence = tonumber(record.fence)
    if tasks.isSettled(record.status) then return "settled", tasks.jsonOf(record) end
    if fence < newestFence then return "stale", tasks.jsonOf(record) end
    -- The same execution again: the connection broke and the client sent its command once more.
    if record.status == "running" and fence == newestFence then return "begun", tasks.jsonOf(record) end
    tasks.leaveRetrying(id, record)
    born = nil
  end
  record.status, record.attempt, record.fence = "running", tasks.whole(attempt), tasks.whole(fence)
  record.percent, record.message, record.error = "null", "null", "null"
  if record.startedAtMs == "null" then record.startedAtMs = tasks.nowText() end
  return "begun", tasks.writeRecord(id, record, born and QUIET_TTL_MS)
end

-- Nothing of the queue's own is left of a task that was cancelled but its record, so that it could not be found again.
function tasks.noteCancelled(id) -- seldom
  call("ZADD", CANCELLED, tasks.nowText(), id)
  call("ZREMRANGEBYRANK", CANCELLED, "0", tasks.whole(-1 - CANCELLED_MAX))
  call("PEXPIRE", CANCELLED, tasks.whole(QUIET_TTL_MS))
end

-- Between two attempts a task lies among all that waits for a time, where it would have to be looked for. One that is removed by other hands
-- stays here until it has been due for long; who reads this looks at its record, too.
function tasks.noteRetrying(id) -- seldom
  call("ZADD", RETRYING, call("ZSCORE", JOB .. "delayed", id) or tasks.whole(tasks.nowMs() * 0x1000), id)
end
-- record: as it was
function tasks.leaveRetrying(id, record) -- seldom
  if record.status == "retrying" then call("ZREM", RETRYING, id) end
end

-- record: changed but for the time.
function tasks.settle(id, record)
  record.finishedAtMs = tasks.nowText()
  if record.status == "cancelled" then tasks.noteCancelled(id) end
  local body = tasks.writeRecord(id, record, record.resultTtlMs)
  if unsaid then
    local at = #unsaid.names + 1
    unsaid.names[at], unsaid.messages[at] = SETTLED .. id, ""
  else
    call("PUBLISH", SETTLED .. id, "")
  end
  -- Where the queue is at hand, as in every script that settles a task.
  if record.callbackUrl ~= "" and tasks.callBack then tasks.callBack(id, record.callbackUrl, body) end
  return body
end

-- What became of an attempt, where there is more to say of it than the record says; the newest first. note: "<how many are kept> <JSON>"
function tasks.noteAttempt(id, note, ttlMs)
  if (note or "") == "" then return end
  local kept, json = string.match(note, "^(%d+) (.*)$")
  call("LPUSH", ATTEMPTS .. id, tasks.nowText() .. " " .. json)
  call("LTRIM", ATTEMPTS .. id, "0", tasks.whole(kept - 1))
  call("PEXPIRE", ATTEMPTS .. id, ttlMs)
end

-- Changes a record on behalf of an attempt. change: {status, percent, message, result, error, note}; all but the status are JSON,
-- empty text leaves a field as it is, and the note is noteAttempt's. record: what readRecord has returned, where it was read before.
-- returns "changed" | "settled" | "stale" | "unknown", the record as JSON or false
function tasks.changeRecord(id, fence, change, record)
  record = record or tasks.readRecord(id)
  if not record then return "unknown", false end
  local status = change[1]
  if tasks.isSettled(record.status) then
    -- The same end by the same attempt: the connection broke and the client sent its command once more.
    local same = record.status == status and record.fence == fence
    -- Whoever cancelled it has written the record and does not know the attempt.
    if same and status == "cancelled" then tasks.noteAttempt(id, change[6], record.resultTtlMs) end
    return same and "changed" or "settled", tasks.jsonOf(record)
  end
  if record.fence ~= fence then return "stale", tasks.jsonOf(record) end
  local _, percent, message, result, failure, note = unpack(change)
  if record.status ~= status then
    if status == "retrying" then tasks.noteRetrying(id) elseif record.status == "retrying" then tasks.leaveRetrying(id, record) end
  end
  record.status = status
  if (percent or "") ~= "" then record.percent = percent end
  if (message or "") ~= "" then record.message = message end
  if (result or "") ~= "" then record.result = result end
  if (failure or "") ~= "" then record.error = failure end
  tasks.noteAttempt(id, note, tasks.isSettled(status) and record.resultTtlMs or tasks.whole(QUIET_TTL_MS))
  if tasks.isSettled(status) then return "changed", tasks.settle(id, record) end
  return "changed", tasks.writeRecord(id, record)
end

-- Cancels a task whoever has its fence. record: of before its job was removed. returns the record as JSON, or false when there is none or it is settled.
function tasks.cancelRecord(id, failure, record) -- seldom
  if not record or tasks.isSettled(record.status) then return false end
  tasks.leaveRetrying(id, record)
  record.status, record.error = "cancelled", failure
  if record.attempt ~= "0" then call("PEXPIRE", ATTEMPTS .. id, record.resultTtlMs) end
  return tasks.settle(id, record)
end

-- Gives a failed task a new life under its old id, if there is a record of its failure. returns the life of what is told of its end, or nil
function tasks.reviveRecord(id) -- seldom
  local record = tasks.readRecord(id)
  if not record or record.status ~= "failed" then return end
  record.status, record.attempt, record.percent, record.message, record.error = "queued", "0", "null", "null", "null"
  record.startedAtMs, record.finishedAtMs = "null", "null"
  tasks.writeRecord(id, record, QUIET_TTL_MS)
  return record.resultTtlMs
end
