-- How tasks come into their group, whoever put them where they lie: our own queue, a stock client in any language, a delay
-- that is over, a lost worker's task put back. Stock scripts leave them in `wait` or with a positive score in `prioritized`;
-- from here on they lie in `prioritized` under a negative score, and in the queue of their group.

-- Priorities beyond are all the same; the rest of a number's 53 bits counts tasks, enough for 10 000 a second over 13 years.
local PRIORITY_MAX, PRIORITY_UNIT, SCORE_BASE = 2047, 2 ^ 42, 2 ^ 53

function tasks.scoreOf(priority, seq)
  return math.min(priority, PRIORITY_MAX) * PRIORITY_UNIT + seq - SCORE_BASE
end

-- Whether bytes are UTF-8. Each sequence is replaced, not removed, or what is left could come together to another one.
function tasks.isUtf8(text)
  if not string.find(text, "[\128-\255]") then return true end
  for _, sequence in ipairs({ "[\194-\223][\128-\191]", "\224[\160-\191][\128-\191]", "\237[\128-\159][\128-\191]",
    "[\225-\236\238\239][\128-\191][\128-\191]", "\240[\144-\191][\128-\191][\128-\191]",
    "[\241-\243][\128-\191][\128-\191][\128-\191]", "\244[\128-\143][\128-\191][\128-\191]" }) do
    text = string.gsub(text, sequence, " ")
  end
  return not string.find(text, "[\128-\255]")
end

function tasks.hasControl(text)
  return string.find(text, "[%z\1-\31\127]") or string.find(text, "\194[\128-\159]")
end

-- Whether a text can be the id of a task: the same as isTaskId() in packages/protocol. RESERVED_IDS are names of the queue's own.
function tasks.isTaskId(id)
  if id == "" or #id > ID_MAX_BYTES or string.find(RESERVED_IDS, " " .. id .. " ", 1, true) and not string.find(id, " ", 1, true) then
    return false
  end
  if string.find(id, ":", 1, true) and not string.find(id, "^repeat:[^:]+:%d+$") then return false end
  return not tasks.hasControl(id) and tasks.isUtf8(id)
end

-- Whether there is such a job. Ids come from outside, and other things than jobs lie beside them: what is no hash, has a name
-- that no task can have, or is a schedule, whose name looks like that of one of its runs, is not read and not touched.
function tasks.isJob(id)
  if not tasks.isTaskId(id) then return false end
  local fields = redis.pcall("HLEN", QUEUE .. id)
  return type(fields) == "number" and fields > 0 and call("HEXISTS", QUEUE .. id, "ic") == 0
end

-- The same as foreignGroupName() in group-name.ts.
function tasks.groupName(value)
  if type(value) == "number" then
    return value == math.floor(value) and math.abs(value) < 1e15 and string.format("%.0f", value) or tostring(value)
  end
  if type(value) ~= "string" then return "" end
  local length = select(2, string.gsub(value, "[^\128-\191]", "")) + select(2, string.gsub(value, "[\240-\247]", ""))
  local isTaken = value == "-" or value == "*" or value == "." or value == ".."
  if length <= 128 and not isTaken and not tasks.hasControl(value) and tasks.isUtf8(value) then return value end
  return "sha1-" .. redis.sha1hex(value)
end

function tasks.field(json, name)
  -- Most jobs have none; looking is cheaper than decoding.
  if not json or not string.find(json, '"group"', 1, true) then return nil end
  local ok, object = pcall(cjson.decode, json)
  local value = ok and type(object) == "table" and object[name]
  if value == false or value == cjson.null then return nil end
  return value
end

function tasks.groupOfJob(jobKey)
  local job = call("HMGET", jobKey, "opts", "data")
  local group = tasks.field(job[1], "group")
  if type(group) == "table" and group.id ~= nil and group.id ~= cjson.null then return tasks.groupName(group.id) end
  return tasks.groupName(tasks.field(job[2], "group"))
end

-- A task that has been here before returns to its old place in the order and gives back the place it held.
-- returns its group, or nil when there is no such job.
function tasks.ingest(id, group)
  local jobKey = QUEUE .. id
  local job = call("HMGET", jobKey, "gid", "gsq", "priority", "name")
  if not job[4] then return nil end
  local score = job[2]
  group = job[1] or group or tasks.groupOfJob(jobKey)
  if score then
    call("SREM", G_PLACES .. group, id)
  else
    score = tasks.scoreOf(tonumber(job[3]) or 0, call("INCR", SEQ))
    call("HSET", jobKey, "gid", group, "gsq", score)
  end
  call("ZADD", PRIORITIZED, score, id)
  call("ZADD", G_QUEUE .. group, score, id)
  tasks.arm(group)
  return group
end

-- Oldest first, a bounded number at a time. groups: known groups by id, to save reading them from the job.
function tasks.ingestRaw(limit, groups)
  local raw = call("RPOP", WAIT, limit)
  for _, id in ipairs(raw or {}) do tasks.ingest(id, groups and groups[id]) end
  raw = call("ZRANGEBYSCORE", PRIORITIZED, "0", "+inf", "LIMIT", 0, limit)
  for _, id in ipairs(raw) do
    if not tasks.ingest(id, groups and groups[id]) then call("ZREM", PRIORITIZED, id) end
  end
end

-- A stock script has just pushed this task to `wait` or `prioritized`.
function tasks.ingestFromWait(id)
  if call("LREM", WAIT, "1", id) == 0 then call("ZREM", PRIORITIZED, id) end
  return tasks.ingest(id)
end

-- When the first delayed task is due, or false; read once, and once more after stock scripts may have delayed another.
local firstDue
function tasks.lookAgain()
  firstDue = nil
end

function tasks.firstDelayed()
  if firstDue == nil then
    local first = call("ZRANGE", DELAYED, "0", "0", "WITHSCORES")
    firstDue = first[2] and math.floor(tonumber(first[2]) / 0x1000) or false
  end
  return firstDue
end

-- In order, and before a stock script can push what is due to `wait` and fetch it from there in the same breath. `timestamp`
-- is the caller's, as the delays were computed by callers' clocks.
function tasks.promoteDue(timestamp)
  local first = tasks.firstDelayed()
  if not first or first > timestamp then return end
  firstDue = nil
  local due = call("ZRANGEBYSCORE", DELAYED, "0", (timestamp + 1) * 0x1000 - 1, "LIMIT", "0", "1000")
  for _, id in ipairs(due) do
    call("ZREM", DELAYED, id)
    if tasks.ingest(id) then
      call("HSET", QUEUE .. id, "delay", "0")
      call("XADD", EVENTS, "*", "event", "waiting", "jobId", id, "prev", "delayed")
    end
  end
end
