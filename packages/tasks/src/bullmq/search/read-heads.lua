-- What tasks are, in short: of some ids those that a search asks for. Reads only, and no result of any of them.
-- ARGV[1] ids      JSON list
-- ARGV[2] filter   JSON object of texts: status, or "open" for those that have no end yet, handler, group, user, reason, sinceMs, untilMs; what
--   is absent matches anything
-- ARGV[3] max      it stops when it has found so many; 0: it counts and tells of none
-- returns {nowMs, how many ids it looked at, {place in ids, record as JSON, reason where no record says it or "", …}, how many it has found}

local ids, filter, max = cjson.decode(ARGV[1]), cjson.decode(ARGV[2]), tonumber(ARGV[3])
local since, latest = tonumber(filter.sinceMs or "0"), tonumber(filter.untilMs or "1e16")
local STATUS = ',"status":"'
-- Everything but the result, which is last: no message and no error is longer.
local HEAD_END = "16383"
local RESULT = ',"result":'
local TIMES_PATTERN = ',"startedAtMs":([^,]+),"finishedAtMs":([^,}]+)}?$'
local asksWhen = filter.sinceMs or filter.untilMs

local function isMeant(handler, group, user)
  return (not filter.handler or handler == filter.handler) and (not filter.group or group == filter.group)
    and (not filter.user or user == filter.user)
end

-- The same as failureKindOf() in group-trouble.ts.
local CODE_WORDS = { code = true, errno = true, exit = true, http = true, smtp = true, status = true }
local CODE_WORD_MAX = 16
local function isCode(line, at)
  local before = string.sub(line, math.max(1, at - CODE_WORD_MAX), at - 1)
  local word = string.match(before, "(%a+)[ :=/#(]*$")
  return at == 1 or CODE_WORDS[string.lower(word or "")] or string.find(before, "HTTP/[%d.]+ $")
end
local function kindOf(reason)
  local line = string.match(reason, "^%s*([^\n]*)")
  return (string.gsub(line, "()(%d+)", function(at, digits) return isCode(line, at) and digits or "0" end)) -- exact: reasons are texts
end

-- head: the record as JSON. reason: where it has none, or ""
local function failedLike(head, reason)
  local at = reason == "" and string.find(head, ',"error":{', 1, true)
  if at then
    -- Most messages stand there as they are; to make even a small part of a record to Lua's values takes as long as all the rest.
    reason = string.match(head, '"message":"([^"\\]*)"', at)
    if not reason then
      local ok, failure = pcall(cjson.decode, string.match(head, '^,"error":({.-}),"attempt":', at) or "null")
      reason = ok and type(failure) == "table" and failure.message or ""
    end
  end
  return reason ~= "" and string.sub(kindOf(reason), 1, #filter.reason) == filter.reason
end

local function isAsked(status)
  if filter.status == "open" then return not tasks.isSettled(status) end
  return not filter.status or status == filter.status
end

-- Another client may have written anything.
local function numberIn(text, default)
  return text and string.find(text, "^[1-9]%d*$") and #text < 16 and text or default
end

-- What is known of a task by its job alone: its record has gone by its age, or will be made when it is first run.
local function bornAgain(id, job)
  local born = tasks.bornOf(id)
  local attempts, bornMs, user = string.match(job[3] or "", "^(%d+) %d+ (%d+) %S*\n(.*)$")
  if attempts then born.attempts, born.enqueuedAtMs, born.user = attempts, bornMs, user end
  local record, reason = tasks.newRecord(id, "queued", born), ""
  if job[7] then
    local failed = call("HGET", QUEUE .. id, "failedReason") -- exact: ids are texts
    record.status, reason = failed and "failed" or "succeeded", failed or ""
    record.attempt, record.startedAtMs, record.finishedAtMs = numberIn(job[5], "0"), numberIn(job[6], "null"), numberIn(job[7], "null")
  end
  return recordJson(record, record.seq), reason
end

-- Whose a task is, its job says whatever has become of it, where it is one of ours. This is what a search does with each task that it passes,
-- so nothing is read but what is asked for. returns true, false, or nil: its record says so alone
local asked = { "rec", filter.handler and "name" or "gid", "gid" }
asked[3] = filter.handler and filter.group and "gid" or nil
if not filter.handler and not filter.group then asked[2] = nil end
local asksWhose = filter.user or asked[2]
local function isMeantByJob(id)
  local job = redis.pcall("HMGET", QUEUE .. id, unpack(asked)) -- exact: ids are texts
  if job.err or not job[1] then return nil end
  if filter.handler and job[2] ~= filter.handler then return false end
  if filter.group and (job[#asked] or "") ~= filter.group then return false end
  return not filter.user or string.match(job[1], "\n(.*)$") == filter.user
end

-- A task of which only its job tells, and that has not ended or failed yet.
local function isDerived(job)
  return job[3] and not job[7] and (job[5] or "0") == "0"
end

-- returns the record as JSON, and the reason that is not in it; or nil
local function headOfJob(id)
  local job = redis.pcall("HMGET", QUEUE .. id, "name", "gid", "rec", "ats", "atm", "processedOn", "finishedOn") -- exact: ids are texts
  if job.err then return nil end
  -- Known before it is put together.
  if isDerived(job) and not isAsked(job[4] == "1" and "running" or "queued") then return nil end
  local record = derivedRecord(id, job)
  if record then return recordJson(record, record.seq), "" end
  if job[1] and tasks.isJob(id) then return bornAgain(id, job) end
end

local function isMeantByRecord(head)
  local ok, record = pcall(cjson.decode, head)
  return ok and isMeant(record.handler, record.group, record.user)
end

-- returns the record as JSON without its result, and the reason that is not in it; or nil
local function headOf(id)
  local isKnown = not asksWhose or isMeantByJob(id)
  if isKnown == false then return nil end
  local text, reason = call("GETRANGE", RECORD .. id, "0", HEAD_END), "" -- exact: ids are texts
  local stop = string.find(text, RESULT, 1, true)
  if stop then text = string.sub(text, 1, stop - 1) .. "}" else text, reason = headOfJob(id) end
  local at = text and string.find(text, STATUS, 1, true)
  if not at then return nil end
  if not isAsked(string.match(text, '^"(%a+)"', at + #STATUS - 1)) then return nil end
  if not isKnown and not isMeantByRecord(string.sub(text, 1, at - 1) .. "}") then return nil end
  if asksWhen then
    local startedMs, finishedMs = string.match(text, TIMES_PATTERN, at)
    local ms = tonumber(finishedMs) or tonumber(startedMs) or tonumber(string.match(text, '"enqueuedAtMs":(%d+)'))
    if ms and (ms < since or ms > latest) then return nil end
  end
  if filter.reason and not failedLike(text, reason) then return nil end
  return text, reason
end

local heads, examined, found = {}, #ids, 0
for index, id in ipairs(ids) do
  local text, reason = headOf(id)
  if text then
    found = found + 1
    if max > 0 then heads[#heads + 1], heads[#heads + 2], heads[#heads + 3] = index, text, reason end
    if found == max then
      examined = index
      break
    end
  end
end
return { tasks.nowText(), examined, heads, found }
