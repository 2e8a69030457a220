-- The record of a task of which there is no more to say than its job says already: it waits for its first attempt, or that attempt runs
-- and nothing was heard of it. It is not written until there is more, so that most tasks have theirs written once, when they are done.
-- Who finds no record looks here; a record that was written is the truth, whatever stands in the job.

-- Of task-record-key.ts; as text.
local QUIET_RECORD_TTL_MS = "2592000000"

-- job: {name, gid, rec, ats, atm, processedOn, finishedOn}, fields of the job's hash; `rec` is
--   "<attempts> <resultTtlMs> <enqueuedAtMs> <callbackUrl>\n<user>", and only our own producers write it
-- returns the record with its parts, or nil
local function derivedRecord(id, job)
  local rec, starts = job[3], job[4] or "0"
  if not rec or job[7] or starts ~= "0" and starts ~= "1" or (job[5] or "0") ~= "0" then return nil end
  local attempts, resultTtlMs, bornMs, callbackUrl, user = string.match(rec, "^(%d+) (%d+) (%d+) (%S*)\n(.*)$")
  if not attempts or not job[1] or starts == "1" and not job[6] then return nil end
  local text = cjson.encode
  local record = { isDerived = true, status = "queued", percent = "null", message = "null", error = "null", attempt = starts, seq = "1",
    startedAtMs = "null", finishedAtMs = "null", result = "null", fence = starts, resultTtlMs = resultTtlMs, callbackUrl = callbackUrl,
    head = '{"id":' .. text(id) .. ',"handler":' .. text(job[1]) .. ',"group":' .. text(job[2] or "") .. ',"user":' .. text(user)
      .. ',"attempts":' .. attempts .. ',"enqueuedAtMs":' .. bornMs }
  -- As if each of its changes had been published; its channel has begun with it.
  if starts == "1" then
    record.status, record.seq, record.startedAtMs = "running", "2", job[6]
    record.place = "2 2 t" .. bornMs .. " " .. job[6]
  else
    record.place = "1 1 t" .. bornMs .. " " .. bornMs
  end
  return record
end

-- Of a job in Redis; whatever lies there.
local function deriveRecord(id, jobKey)
  local job = redis.pcall("HMGET", jobKey, "name", "gid", "rec", "ats", "atm", "processedOn", "finishedOn")
  return not job.err and derivedRecord(id, job) or nil
end

-- seq: as text
local function recordJson(record, seq)
  return record.head .. ',"status":"' .. record.status .. '","percent":' .. record.percent .. ',"message":'
    .. record.message .. ',"error":' .. record.error .. ',"attempt":' .. record.attempt .. ',"seq":' .. seq
    .. ',"startedAtMs":' .. record.startedAtMs .. ',"finishedAtMs":' .. record.finishedAtMs .. ',"result":'
    .. record.result .. "}"
end
