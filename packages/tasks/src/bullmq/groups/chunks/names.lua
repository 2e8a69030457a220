-- What ids and groups may be called. Names come from outside, and beside the jobs lie keys of the queue and of ours.

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

-- The lanes of the hub's own handlers, which are closed to tasks of all others.
local function isClosed(value, handler)
  return string.sub(value, 1, 9) == "callback:" and handler ~= "hub.callback"
    or string.sub(value, 1, 8) == "webhook:" and handler ~= "hub.webhook" and handler ~= "hub.events"
end

-- The same as foreignGroupName() in group-name.ts. handler: of a task whose group the hub itself has chosen, or nil.
function tasks.groupName(value, handler)
  local length = select(2, string.gsub(value, "[^\128-\191]", "")) + select(2, string.gsub(value, "[\240-\247]", ""))
  local isTaken = value == "-" or value == "*" or value == "." or value == ".."
    or isClosed(value, handler)
  if length <= 128 and not isTaken and not tasks.hasControl(value) and tasks.isUtf8(value) then return value end
  return "sha1-" .. redis.sha1hex(value)
end

-- The group a job was given when it came in, from the field where it is kept. Whoever writes jobs can write that field, too.
function tasks.keptGroup(gid, handler)
  return tasks.groupName(gid, handler)
end
