-- The group of a job that came past our door. Only the outermost level of its texts is looked at, and they need be no JSON for it:
-- whatever else stands there, tasks of a group must not run beside each other, and cjson refuses what JavaScript takes.

-- Behind the quote that ends the string that begins at `from`.
local function endOfString(json, from)
  local at = from + 1
  while true do
    local stop = string.find(json, '["\\]', at)
    if not stop then return #json + 1 end
    if string.sub(json, stop, stop) == '"' then return stop + 1 end
    at = stop + 2
  end
end

-- Where the value of a member of the object that begins at `from` begins, of the last one when several are called so; or nil.
function tasks.member(json, name, from)
  local at, found = string.match(json, "^%s*{()", from), nil
  local depth = at and 1 or 0
  while depth > 0 do
    local mark = string.find(json, '["{}%[%]]', at)
    if not mark then return found end
    local character = string.sub(json, mark, mark)
    at = mark + 1
    if character == '"' then
      at = endOfString(json, mark)
      local value = depth == 1 and string.match(json, "^%s*:%s*()", at)
      if value and string.sub(json, mark + 1, at - 2) == name then found = value end
    elseif character == "{" or character == "[" then depth = depth + 1
    else depth = depth - 1 end
  end
  return found
end

-- A JSON string as text; a half surrogate in it is U+FFFD, as JavaScript writes one. returns it, and whether it was fit as it is
local function readString(json)
  local ok, list = pcall(cjson.decode, "[" .. json .. "]")
  if ok and type(list[1]) == "string" then return list[1], true end
  -- Escaped backslashes and whole pairs are kept out of the way.
  json = string.gsub(json, "\\\\", "\1")
  json = string.gsub(json, "\\u([dD][89abAB]%x%x)\\u([dD][c-fC-F]%x%x)", "\2%1\3%2")
  json = string.gsub(json, "\\u[dD][89a-fA-F]%x%x", "\\ufffd")
  json = string.gsub(string.gsub(json, "[\2\3]", "\\u"), "\1", "\\\\")
  ok, list = pcall(cjson.decode, "[" .. json .. "]")
  return ok and type(list[1]) == "string" and list[1] or json, false
end

-- The name of the group in a value: of a string its text, of a number its spelling; nil: there is none.
local function nameAt(json, from)
  if string.sub(json, from, from) == '"' then
    local name, isFit = readString(string.sub(json, from, endOfString(json, from) - 1))
    return isFit and tasks.groupName(name) or "sha1-" .. redis.sha1hex(name)
  end
  local number = string.match(json, "^-?%d[%d.eE+-]*", from)
  return number and tasks.groupName(number)
end

-- The same as taskOfJob() in job-mapping.ts: `opts.group.id`, else `data.group`.
function tasks.groupOfJob(jobKey)
  local job = call("HMGET", jobKey, "opts", "data")
  -- Most jobs have none.
  for index = 1, 2 do
    local json = job[index]
    local at = json and string.find(json, '"group"', 1, true) and tasks.member(json, "group", 1)
    if at and index == 1 then at = tasks.member(json, "id", at) end
    if at and not string.find(json, "^null", at) then return nameAt(json, at) or "" end
  end
  return ""
end
