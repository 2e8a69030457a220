-- Marks items of one user.
-- ARGV[3] as         read | unread | archive | unarchive
-- ARGV[4] upTo       seq: all that are no newer; empty: the ids
-- ARGV[5] category   with upTo: of this one only; empty: of all
-- ARGV[6] ids        separated by a space
-- returns { changed, counts, offset, epoch }

local as, upTo, category = ARGV[3], ARGV[4], ARGV[5]
inbox.settle()

local function takeOutOfArchive(id, state)
  call("ZREM", ARCHIVED, id)
  call("ZADD", VISIBLE, state.seq, id)
  state.archivedMs = "0"
end

-- What is snoozed is in none of the sets, and is left alone.
-- returns whether that changed anything
local function change(id, item, state)
  if as == "read" then
    return inbox.setRead(id, item, state)
  elseif as == "archive" then
    if call("ZREM", VISIBLE, id) == 0 then
      return false
    end
    inbox.setRead(id, item, state)
    call("ZADD", ARCHIVED, state.seq, id)
    state.archivedMs = NOW_TEXT
    return true
  end
  local isArchived = call("ZSCORE", ARCHIVED, id)
  if isArchived then
    takeOutOfArchive(id, state)
  end
  if as == "unarchive" then
    return isArchived ~= false
  end
  if not call("ZSCORE", VISIBLE, id) or call("ZSCORE", UNREAD, id) then
    return false
  end
  inbox.setUnread(id, item, state)
  return true
end

local ids = {}
if upTo ~= "" then
  local among = as == "read" and UNREAD or as == "unarchive" and ARCHIVED or VISIBLE
  ids = call("ZRANGE", among, "-inf", upTo, "BYSCORE")
else
  for id in string.gmatch(ARGV[6], "%S+") do
    ids[#ids + 1] = id
  end
end

local changed = {}
for _, id in ipairs(ids) do
  local item = inbox.item(id)
  if item and (category == "" or item.category == category) then
    local state = inbox.state(id, item)
    if change(id, item, state) then
      inbox.keepState(id, state)
      changed[#changed + 1] = id
    end
  end
end
if #changed > 0 then
  local target = '"ids":' .. inbox.idsJson(changed)
  if upTo ~= "" then
    target = '"upTo":' .. upTo .. (category == "" and "" or ',"category":"' .. category .. '"')
  end
  inbox.tell('{"type":"state","state":"' .. as .. '",' .. target .. ',"atMs":' .. NOW_TEXT)
  inbox.live()
end
return inbox.reply(#changed)
