-- Reads a channel's stream and its top in one step, so that the two belong together. Stops where the bodies come to more than one
-- reply should: what one client asks for, all others of this Redis wait for.
--
-- KEYS[1] stream   STREAM of b body, t time in ms, and p the offset before where that is not one less
-- KEYS[2] meta     HASH e epoch, s top offset, r Redis process of the top
-- KEYS[3] state    of a channel that shows a kept state (chunks/kept-state.lua); else meta
-- ARGV[1] limit        publications at most; 0 reads the position alone
-- ARGV[2] sinceOffset  only what came after it; -1: from the beginning (or the end, when reverse)
-- ARGV[3] reverse      1: newest first
-- ARGV[4] metaTtlMs
-- ARGV[5] newEpoch     stored when the stream has none yet, so that the position handed out now stays true
-- ARGV[6] server       this Redis process
-- ARGV[7] maxBytes     of bodies; one publication is read whatever its size
--
-- returns { top offset, epoch, { { id, { "b", body, "t", timeMs, "p"?, previous? } }, … }, 1 when it stopped at maxBytes, else 0 }

local stream, meta, stateKey = KEYS[1], KEYS[2], KEYS[3]
local limit, sinceOffset, reverse = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == "1"
local metaTtlMs, newEpoch, server, maxBytes = ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7])
-- The text it came in: a number that becomes text by itself has 14 digits, and offsets may have 16.
local since = ARGV[2]

local state = stateKey ~= meta and readKeptState(stateKey)
if state then
  local top = tonumber(state.offset)
  local isWanted = limit > 0 and (reverse and (sinceOffset <= 0 or top < sinceOffset) or not reverse and top > sinceOffset)
  local entry = { state.offset .. "-0", { "b", state.body, "t", state.timeMs } }
  return { top, state.epoch, isWanted and { entry } or {}, 0 }
end

local position = redis.call("HMGET", meta, "s", "e")
local top, epoch = tonumber(position[1] or "0"), position[2]
if not epoch then
  epoch = newEpoch
  redis.call("HSET", meta, "e", epoch, "r", server)
end
redis.call("PEXPIRE", meta, metaTtlMs)

if limit == 0 or top == 0 then
  return { top, epoch, {}, 0 }
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
    bytes = bytes + #entry[2][2]
    if bytes > maxBytes and #found > 0 then
      return { top, epoch, found, 1 }
    end
    found[#found + 1] = entry
  end
  if #page < count or #found == limit then
    return { top, epoch, found, 0 }
  end
  from = "(" .. page[#page][1]
end
