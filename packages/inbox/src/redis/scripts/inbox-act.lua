-- A button of an item was pressed. The first action stands.
-- ARGV[3] id
-- ARGV[4] action
-- returns { changed, counts, offset, epoch, outcome, action that stands or "" }

local id, action = ARGV[3], ARGV[4]
inbox.settle()

local item = inbox.item(id)
if not item then
  return inbox.reply(0, "gone", "")
end
if not string.find(item.actions, "," .. action .. ",", 1, true) then
  return inbox.reply(0, "unknown_action", "")
end
local state = inbox.state(id, item)
if state.action ~= "," then
  return inbox.reply(0, "unchanged", state.action)
end
-- Whoever has acted on it need not be reminded.
if call("ZREM", SNOOZED, id) == 1 then
  call("ZADD", VISIBLE, state.seq, id)
  state.snoozedMs = "0"
end
inbox.setRead(id, item, state)
if state.readMs == "0" then
  state.readMs = NOW_TEXT
end
state.interactedMs, state.action = NOW_TEXT, action
inbox.keepState(id, state)
inbox.tell('{"type":"state","state":"interacted","ids":["' .. id .. '"],"action":"' .. action .. '","atMs":' .. NOW_TEXT)
inbox.live()
return inbox.reply(1, "done", action)
