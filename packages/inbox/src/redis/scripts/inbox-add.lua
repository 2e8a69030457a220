-- Adds an item to one user's inbox: known already -> muted -> too late -> what it replaces -> room -> item -> event.
-- ARGV[3] id
-- ARGV[4] json          what is shown of it
-- ARGV[5] category      `-`: none
-- ARGV[6] key           digest of the key it replaces by; `-`: none
-- ARGV[7] expiresAtMs   0: never by itself
-- ARGV[8] actions       as in items
-- ARGV[9] critical      1: a mute does not hold
-- ARGV[10] maxItems
-- returns { changed, counts, offset, epoch, outcome, nodes, evicted archived, read, unread }

local id, category, key, expiresAtMs = ARGV[3], ARGV[5], ARGV[6], ARGV[7]
inbox.settle()

if call("HEXISTS", ITEMS, id) == 1 or inbox.isGone(id) then
  return inbox.reply(0, "duplicate", 0, 0, 0, 0)
end
if ARGV[9] ~= "1" and call("HEXISTS", PREFERENCES, "mute:" .. category) == 1 then
  return inbox.reply(0, "muted", 0, 0, 0, 0)
end
local latestMs = NOW + tonumber(TTL_MS)
local dueMs = expiresAtMs == "0" and whole(latestMs) or whole(math.min(tonumber(expiresAtMs), latestMs))
if tonumber(dueMs) <= NOW then
  return inbox.reply(0, "expired", 0, 0, 0, 0)
end

local times, replaces = "1", ""
local old = key ~= "-" and call("HGET", KEYED, key)
if old then
  local item = inbox.item(old)
  inbox.forget({ old })
  if item then
    times, replaces = whole(tonumber(item.times) + 1), ',"replaces":"' .. old .. '"'
  end
end

-- The oldest of a set, or what is read among the visible ones.
local function nextToGo()
  local archived = call("ZRANGE", ARCHIVED, "0", "0")[1]
  if archived then
    return archived, "archived"
  end
  if call("ZCARD", VISIBLE) > call("ZCARD", UNREAD) then
    for _, candidate in ipairs(call("ZRANGE", VISIBLE, "0", "-1")) do
      if not call("ZSCORE", UNREAD, candidate) then
        return candidate, "read"
      end
    end
  end
  return call("ZRANGE", UNREAD, "0", "0")[1] or call("ZRANGE", SNOOZED, "0", "0")[1], "unread"
end

local evicted, ids = { archived = 0, read = 0, unread = 0 }, {}
while call("HLEN", ITEMS) >= tonumber(ARGV[10]) do
  local candidate, kind = nextToGo()
  -- Only by a hand in Redis: an item that is in no set.
  if not candidate then
    break
  end
  inbox.forget({ candidate })
  evicted[kind] = evicted[kind] + 1
  ids[#ids + 1] = candidate
end
if #ids > 0 then
  inbox.tell('{"type":"removed","ids":' .. inbox.idsJson(ids))
end

local item = {
  seq = inbox.nextSeq(), createdMs = NOW_TEXT, dueMs = dueMs, times = times,
  category = category, key = key, actions = ARGV[8], json = ARGV[4],
}
local state = inbox.state(id, item)
call("HSET", ITEMS, id, table.concat({
  item.seq, item.createdMs, item.dueMs, item.times, item.category, item.key, item.actions,
}, " ") .. "\n" .. item.json)
call("ZADD", VISIBLE, item.seq, id)
call("ZADD", DUE, dueMs, id)
inbox.setUnread(id, item, state)
if key ~= "-" then
  call("HSET", KEYED, key, id)
end
inbox.tellItem(id, item, state, replaces)
inbox.live()
return inbox.reply(1, "stored", inbox.nodes(), evicted.archived, evicted.read, evicted.unread)
