-- Records: what everybody sees of a task. Every change of one goes through here and is announced in the same step.
-- Before this chunk stand RECORD and SETTLED, the beginnings of a record's key and of the name its waiters listen to,
-- QUIET_TTL_MS, the life of a record nothing happens to, and announceRecord(id, seq, body, nowMs) or false.

local function isSettled(status)
  return status == "succeeded" or status == "failed" or status == "cancelled"
end

-- One reading of the clock for all of a script: what happens in one step happens at one time.
local clockUs
local function nowUs()
  if not clockUs then
    local time = redis.call("TIME")
    clockUs = time[1] * 1000000 + time[2]
  end
  return clockUs
end
local function nowMs()
  return math.floor(nowUs() / 1000)
end

-- A whole number as text; Lua's own conversion keeps 14 digits only.
local function whole(number)
  return string.format("%.0f", number)
end

-- The record as JSON, the same that a reader of the hash makes of it. Percent, message, result and error are JSON already.
local function describeRecord(fields)
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

local function announceAndRead(id)
  local flat = redis.call("HGETALL", RECORD .. id)
  if announceRecord then
    local fields = {}
    for index = 1, #flat, 2 do fields[flat[index]] = flat[index + 1] end
    announceRecord(id, fields.seq, describeRecord(fields), nowMs())
  end
  return flat
end

-- fields: alternating names and values of a new record, without status and seq.
local function createRecord(id, status, ttlMs, fields)
  local key = RECORD .. id
  redis.call("HSET", key, "id", id, "status", status, "attempt", 0, "seq", 1, "fence", 0, unpack(fields))
  redis.call("PEXPIRE", key, ttlMs)
  return announceAndRead(id)
end

-- Begins an attempt: from here on only the holder of its fence may change the record. `born` has the fields of a record
-- that is missing, as for a task of a producer of its own; without it a missing record stays missing.
-- returns "begun" | "settled" | "stale" | "missing", HGETALL
local function beginRecord(id, fence, attempt, born)
  local key = RECORD .. id
  local known = redis.call("HMGET", key, "status", "fence", "seq", "startedAtMs")
  local status, newestFence = known[1], tonumber(known[2] or "0")
  if not status and not born then return "missing", {} end
  if isSettled(status) then return "settled", redis.call("HGETALL", key) end
  if status and fence < newestFence then return "stale", redis.call("HGETALL", key) end
  -- The same execution again: the connection broke and the client sent its command once more.
  if status == "running" and fence == newestFence then return "begun", redis.call("HGETALL", key) end

  if not status then redis.call("HSET", key, "id", id, unpack(born)) end
  redis.call("HSET", key, "status", "running", "attempt", attempt, "fence", fence, "seq", tonumber(known[3] or "0") + 1,
    "startedAtMs", known[4] or whole(nowMs()))
  redis.call("HDEL", key, "percent", "message", "error")
  redis.call("PEXPIRE", key, QUIET_TTL_MS)
  return "begun", announceAndRead(id)
end

local function setSettled(id, resultTtlMs)
  redis.call("HSET", RECORD .. id, "finishedAtMs", whole(nowMs()))
  redis.call("PEXPIRE", RECORD .. id, resultTtlMs)
  redis.call("PUBLISH", SETTLED .. id, "")
end

-- Changes a record on behalf of an attempt. change: {status, percent, message, result, error}; all but the status are JSON,
-- empty text leaves a field as it is.
-- returns "changed" | "settled" | "stale" | "unknown", HGETALL
local function changeRecord(id, fence, change)
  local key = RECORD .. id
  local known = redis.call("HMGET", key, "status", "fence", "resultTtlMs", "seq")
  local oldStatus, newestFence, status = known[1], known[2], change[1]
  if not oldStatus then return "unknown", {} end
  if isSettled(oldStatus) then
    -- The same end by the same attempt: the connection broke and the client sent its command once more.
    local same = oldStatus == status and newestFence == fence
    return same and "changed" or "settled", redis.call("HGETALL", key)
  end
  if newestFence ~= fence then return "stale", redis.call("HGETALL", key) end

  local fields = { "status", status, "seq", tonumber(known[4]) + 1 }
  for index, name in ipairs({ "percent", "message", "result", "error" }) do
    local value = change[index + 1]
    if value and value ~= "" then
      fields[#fields + 1] = name
      fields[#fields + 1] = value
    end
  end
  redis.call("HSET", key, unpack(fields))
  if isSettled(status) then setSettled(id, known[3]) else redis.call("PEXPIRE", key, QUIET_TTL_MS) end
  return "changed", announceAndRead(id)
end

-- Cancels a task whoever has its fence. returns HGETALL, or nil when there is no record or it is settled.
local function cancelRecord(id, failure)
  local key = RECORD .. id
  local known = redis.call("HMGET", key, "status", "resultTtlMs")
  if not known[1] or isSettled(known[1]) then return nil end
  redis.call("HSET", key, "status", "cancelled", "error", failure)
  redis.call("HINCRBY", key, "seq", 1)
  setSettled(id, known[2])
  return announceAndRead(id)
end

-- Gives a failed task a new life under its old id. returns HGETALL, or nil when there is no record or it has not failed.
local function reviveRecord(id)
  local key = RECORD .. id
  if redis.call("HGET", key, "status") ~= "failed" then return nil end
  redis.call("HSET", key, "status", "queued", "attempt", 0)
  redis.call("HDEL", key, "percent", "message", "error", "startedAtMs", "finishedAtMs")
  redis.call("HINCRBY", key, "seq", 1)
  redis.call("PEXPIRE", key, QUIET_TTL_MS)
  return announceAndRead(id)
end
