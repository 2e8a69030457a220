-- Records: what everybody sees of a task. Every change of one goes through here and is announced in the same step.
-- RECORD and SETTLED are the beginnings of a record's key and of the name its waiters listen to, QUIET_TTL_MS is the life of a
-- record that nothing settles. Before this chunk stands announceRecord(id, seq, body, nowMs), or false.
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

-- A whole number as text; Lua's own conversion keeps 14 digits only.
function tasks.whole(number)
  return string.format("%.0f", number)
end

-- The record as JSON, the same that a reader of the hash makes of it. Percent, message, result and error are JSON already.
function tasks.describeRecord(fields)
  local text = function(name) return cjson.encode(fields[name] or "") end
  local raw = function(name, default) return fields[name] or default end
  return '{"id":' .. text("id") .. ',"handler":' .. text("handler") .. ',"group":' .. text("group")
    .. ',"user":' .. text("user") .. ',"status":' .. text("status") .. ',"percent":' .. raw("percent", "null")
    .. ',"message":' .. raw("message", "null") .. ',"result":' .. raw("result", "null")
    .. ',"error":' .. raw("error", "null") .. ',"attempt":' .. raw("attempt", "0")
    .. ',"attempts":' .. raw("attempts", "0") .. ',"seq":' .. raw("seq", "0")
    .. ',"enqueuedAtMs":' .. raw("enqueuedAtMs", "0") .. ',"startedAtMs":' .. raw("startedAtMs", "null")
    .. ',"finishedAtMs":' .. raw("finishedAtMs", "null") .. "}"
end

-- flat: names and values in turn, as HGETALL gives them and as replies carry them.
function tasks.fieldsOf(flat)
  local fields = {}
  for index = 1, #flat, 2 do fields[flat[index]] = flat[index + 1] end
  return fields
end

-- Writes a record that was read as `fields`, with these changes; an empty text takes a field away. returns it flat
function tasks.writeRecord(id, fields, changes)
  local set, gone = {}, {}
  changes.seq = tasks.whole(tonumber(fields.seq or "0") + 1)
  for name, value in pairs(changes) do
    if value == "" then
      if fields[name] then gone[#gone + 1] = name end
      fields[name] = nil
    else
      value = tostring(value)
      set[#set + 1] = name
      set[#set + 1] = value
      fields[name] = value
    end
  end
  call("HSET", RECORD .. id, unpack(set))
  if #gone > 0 then call("HDEL", RECORD .. id, unpack(gone)) end
  if announceRecord then announceRecord(id, fields.seq, tasks.describeRecord(fields), tasks.nowMs()) end
  local flat = {}
  for name, value in pairs(fields) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  return flat
end

function tasks.readRecord(id)
  local flat = call("HGETALL", RECORD .. id)
  return tasks.fieldsOf(flat), flat
end

-- fields: those of a new record but id, status and seq.
function tasks.createRecord(id, status, ttlMs, fields)
  fields.id, fields.status, fields.attempt, fields.fence = id, status, "0", "0"
  local flat = tasks.writeRecord(id, {}, fields)
  call("PEXPIRE", RECORD .. id, ttlMs)
  return flat
end

-- Begins an attempt: from here on only the holder of its fence may change the record. `born` has the fields of a record
-- that is missing, as for a task of a producer of its own; without it a missing record stays missing.
-- returns "begun" | "settled" | "stale" | "missing", the record
function tasks.beginRecord(id, fence, attempt, born)
  local fields, flat = tasks.readRecord(id)
  local status, newestFence = fields.status, tonumber(fields.fence or "0")
  if not status and not born then return "missing", flat end
  if tasks.isSettled(status) then return "settled", flat end
  if status and fence < newestFence then return "stale", flat end
  -- The same execution again: the connection broke and the client sent its command once more.
  if status == "running" and fence == newestFence then return "begun", flat end

  local changes = not status and born or {}
  changes.id, changes.status, changes.attempt, changes.fence = id, "running", tasks.whole(attempt), tasks.whole(fence)
  changes.startedAtMs = fields.startedAtMs or tasks.whole(tasks.nowMs())
  changes.percent, changes.message, changes.error = "", "", ""
  flat = tasks.writeRecord(id, fields, changes)
  if not status then call("PEXPIRE", RECORD .. id, QUIET_TTL_MS) end
  return "begun", flat
end

function tasks.settle(id, fields, changes)
  changes.finishedAtMs = tasks.whole(tasks.nowMs())
  local flat = tasks.writeRecord(id, fields, changes)
  call("PEXPIRE", RECORD .. id, fields.resultTtlMs)
  call("PUBLISH", SETTLED .. id, "")
  -- Where the queue is at hand, as in every script that settles a task.
  if fields.callbackUrl and tasks.callBack then tasks.callBack(id, fields) end
  return flat
end

-- Changes a record on behalf of an attempt. change: {status, percent, message, result, error}; all but the status are JSON,
-- empty text leaves a field as it is.
-- returns "changed" | "settled" | "stale" | "unknown", the record
function tasks.changeRecord(id, fence, change)
  local fields, flat = tasks.readRecord(id)
  local status = change[1]
  if not fields.status then return "unknown", flat end
  if tasks.isSettled(fields.status) then
    -- The same end by the same attempt: the connection broke and the client sent its command once more.
    local same = fields.status == status and fields.fence == fence
    return same and "changed" or "settled", flat
  end
  if fields.fence ~= fence then return "stale", flat end
  local changes = { status = status }
  for index, name in ipairs({ "percent", "message", "result", "error" }) do
    local value = change[index + 1]
    if value and value ~= "" then changes[name] = value end
  end
  if tasks.isSettled(status) then return "changed", tasks.settle(id, fields, changes) end
  return "changed", tasks.writeRecord(id, fields, changes)
end

-- Cancels a task whoever has its fence. returns the record, or nil when there is none or it is settled.
function tasks.cancelRecord(id, failure)
  local fields = tasks.readRecord(id)
  if not fields.status or tasks.isSettled(fields.status) then return nil end
  return tasks.settle(id, fields, { status = "cancelled", error = failure })
end

-- Gives a failed task a new life under its old id. returns the record, or nil when there is none or it has not failed.
function tasks.reviveRecord(id)
  local fields = tasks.readRecord(id)
  if fields.status ~= "failed" then return nil end
  local flat = tasks.writeRecord(id, fields, { status = "queued", attempt = "0", percent = "", message = "", error = "",
    startedAtMs = "", finishedAtMs = "" })
  call("PEXPIRE", RECORD .. id, QUIET_TTL_MS)
  return flat
end
