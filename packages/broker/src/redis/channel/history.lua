-- Reads what was asked for in one turn of a process: of each channel its stream and its top in one step, so that the two belong together.
-- One that fails does not keep the others from theirs. Each stops where its bodies come to more than one reply should, and all
-- of them where they do together: what one client asks for, all others of this Redis wait for.
--
-- ARGV[1] server     this Redis process
-- ARGV[2] newEpoch   stored where a stream has none yet, so that the position handed out now stays true
-- ARGV[3] maxBytes   of bodies of one reading; one publication is read whatever its size
-- ARGV[4] turnBytes  of bodies after which no further reading begins
--
-- KEYS of each: stream, meta, state
--   STREAM of b body, t time in ms, and p the offset before where that is not one less
--   HASH e epoch, s top offset, r Redis process of the top
--   STRING of a channel that shows a kept state (chunks/kept-state.lua); else meta
-- ARGV of each: terms
--   "<limit> <sinceOffset> <reverse> <metaTtlMs>": publications at most, 0 reads the position alone; only what came after it, -1: from the
--   beginning (or the end, when reverse); 1: newest first
--
-- returns of each "<top offset> <1 when it stopped at maxBytes, else 0> <epoch>", or where there are publications { the same and
-- " <offset> <timeMs> <previous offset, or - where it is one less>" of each, body, … }, or its error; fewer than were asked for
-- when turnBytes were reached

local server, newEpoch, maxBytes, turnBytes = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local function headOf(top, epoch, isCut)
  return string.format("%d %d ", top, isCut) .. epoch
end

-- returns the reply, and the bytes of its bodies
local function replyOf(top, epoch, found, isCut, bytes)
  if #found == 0 then
    return headOf(top, epoch, isCut), 0
  end
  local heads, reply = { headOf(top, epoch, isCut) }, { "" }
  for _, entry in ipairs(found) do
    local fields = entry[2]
    -- The text it came in: a number that becomes text by itself has 14 digits, and offsets may have 16.
    heads[#heads + 1] = string.match(entry[1], "^%d+") .. " " .. fields[4] .. " " .. (fields[6] or "-")
    reply[#reply + 1] = fields[2]
  end
  reply[1] = table.concat(heads, " ")
  return reply, bytes
end

local function read(stream, meta, stateKey, terms)
  local limitText, since, reverseText, metaTtlMs = string.match(terms, "^(%d+) (%-?%d+) (%d) (%d+)$")
  local limit, sinceOffset, reverse = tonumber(limitText), tonumber(since), reverseText == "1"

  local state = stateKey ~= meta and readKeptState(stateKey)
  if state then
    local top = tonumber(state.offset)
    local isWanted = limit > 0 and (reverse and (sinceOffset <= 0 or top < sinceOffset) or not reverse and top > sinceOffset)
    local entry = { state.offset .. "-0", { "b", state.body, "t", state.timeMs } }
    return replyOf(top, state.epoch, isWanted and { entry } or {}, 0, #state.body)
  end

  local position = redis.call("HMGET", meta, "s", "e")
  local top, epoch = tonumber(position[1] or "0"), position[2]
  if not epoch then
    epoch = newEpoch
    redis.call("HSET", meta, "e", epoch, "r", server)
  end
  redis.call("PEXPIRE", meta, metaTtlMs)

  if limit == 0 or top == 0 then
    return replyOf(top, epoch, {}, 0, 0)
  end

  -- A page may be this much larger than it should be, in this script's memory alone.
  local PAGE = 32
  local from = sinceOffset > 0 and ("(" .. since .. "-0") or (reverse and "+" or "-")
  local found, bytes = {}, 0
  while true do
    local count = math.min(limit - #found, PAGE)
    local countText = string.format("%d", count)
    local page = reverse and redis.call("XREVRANGE", stream, from, "-", "COUNT", countText)
      or redis.call("XRANGE", stream, from, "+", "COUNT", countText)
    for _, entry in ipairs(page) do
      local size = #entry[2][2]
      if bytes + size > maxBytes and #found > 0 then
        return replyOf(top, epoch, found, 1, bytes)
      end
      bytes = bytes + size
      found[#found + 1] = entry
    end
    if #page < count or #found == limit then
      return replyOf(top, epoch, found, 0, bytes)
    end
    from = "(" .. page[#page][1]
  end
end

local replies, spent = {}, 0
for one = 1, #ARGV - 4 do
  if spent > turnBytes then
    break
  end
  local key = one * 3 - 2
  local isDone, reply, bytes = pcall(read, KEYS[key], KEYS[key + 1], KEYS[key + 2], ARGV[one + 4])
  replies[one] = isDone and reply or { err = errorText(reply) }
  spent = spent + (isDone and bytes or 0)
end
return replies
