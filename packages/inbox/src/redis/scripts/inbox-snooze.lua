-- Hides an item until a time.
-- ARGV[3] id
-- ARGV[4] untilMs
-- ARGV[5] maxSnoozed
-- returns { changed, counts, offset, epoch, outcome }

local id, untilMs = ARGV[3], ARGV[4]
inbox.settle()

local item = inbox.item(id)
if not item then
  return inbox.reply(0, "gone")
end
local state = inbox.state(id, item)
if state.snoozedMs == untilMs then
  return inbox.reply(0, "unchanged")
end
if state.snoozedMs == "0" and call("ZCARD", SNOOZED) >= tonumber(ARGV[5]) then
  return inbox.reply(0, "full")
end
inbox.setRead(id, item, state)
call("ZREM", VISIBLE, id)
call("ZREM", ARCHIVED, id)
call("ZADD", SNOOZED, untilMs, id)
state.snoozedMs, state.archivedMs = untilMs, "0"
inbox.keepState(id, state)
inbox.tell('{"type":"state","state":"snoozed","ids":["' .. id .. '"],"untilMs":' .. untilMs .. ',"atMs":' .. NOW_TEXT)
inbox.live()
-- A time that has passed wakes it at once.
inbox.settle()
return inbox.reply(1, "done")
