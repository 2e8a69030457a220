-- Makes the sets anew from the items and their states.
-- returns { items, counts, offset, epoch }

call("DEL", VISIBLE, ARCHIVED, UNREAD, UNREAD_BY, DUE, SNOOZED, KEYED)
local ids, newest, keyed = call("HKEYS", ITEMS), tonumber(call("HGET", MARKS, "last") or "0"), {}
local function place(id, item, state)
  if state.snoozedMs ~= "0" then
    call("ZADD", SNOOZED, state.snoozedMs, id)
  elseif state.archivedMs ~= "0" then
    call("ZADD", ARCHIVED, state.seq, id)
  else
    call("ZADD", VISIBLE, state.seq, id)
    if state.readMs == "0" then
      inbox.setUnread(id, item, state)
    end
  end
end
for _, id in ipairs(ids) do
  local item = inbox.item(id)
  if item then
    local state = inbox.state(id, item)
    place(id, item, state)
    call("ZADD", DUE, item.dueMs, id)
    newest = math.max(newest, tonumber(state.seq))
    -- Of two with one key the later has replaced the other.
    if item.key ~= "-" and tonumber(item.seq) > (keyed[item.key] or 0) then
      keyed[item.key] = tonumber(item.seq)
      call("HSET", KEYED, item.key, id)
    end
  else
    call("HDEL", ITEMS, id)
  end
end
for _, id in ipairs(call("HKEYS", STATES)) do
  if call("HEXISTS", ITEMS, id) == 0 then
    call("HDEL", STATES, id)
  end
end
if newest > 0 then
  call("HSET", MARKS, "last", whole(newest))
end
inbox.tellReset()
inbox.live()
inbox.settle()
return inbox.reply(#ids)
