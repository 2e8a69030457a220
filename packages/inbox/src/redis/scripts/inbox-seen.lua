-- Raises the mark up to where everything was on a screen.
-- ARGV[3] upTo   seq
-- returns { changed, counts, offset, epoch }

inbox.settle()

local marks = call("HMGET", MARKS, "last", "seen")
-- What comes later was on no screen.
local upTo = math.min(tonumber(ARGV[3]), tonumber(marks[1] or "0"))
if upTo <= tonumber(marks[2] or "0") then
  return inbox.reply(0)
end
call("HSET", MARKS, "seen", whole(upTo))
inbox.tell('{"type":"seen","upTo":' .. whole(upTo))
inbox.live()
return inbox.reply(1)
