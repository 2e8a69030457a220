-- A page of one user's items, the newest first, with the counts and the position it is of.
-- ARGV[3] status     all | unread | read | archived | snoozed
-- ARGV[4] category   empty: of all
-- ARGV[5] cursor     seq: only what is older; empty: from the newest
-- ARGV[6] limit
-- ARGV[7] maxBytes   of items; one is read whatever its size
-- ARGV[8] isKept     1: a subscriber goes on from the position
-- returns { seq the next page begins below or 0, counts, offset, epoch, items }

local status, category, cursor, limit, maxBytes = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
inbox.settle()

-- What is snoozed is ordered by when it wakes, but read as everything else is.
local function snoozedBySeq()
  local ids, seqs = call("ZRANGE", SNOOZED, "0", "-1"), {}
  for _, id in ipairs(ids) do
    local item = inbox.item(id)
    seqs[id] = item and tonumber(inbox.state(id, item).seq) or 0
  end
  table.sort(ids, function(a, b) return seqs[a] > seqs[b] end)
  return ids
end

local set = status == "unread" and UNREAD or status == "archived" and ARCHIVED or VISIBLE
local ids = status == "snoozed" and snoozedBySeq()
  or call("ZRANGE", set, cursor == "" and "+inf" or "(" .. cursor, "-inf", "BYSCORE", "REV")

local found, bytes, last, more = {}, 0, 0, 0
for _, id in ipairs(ids) do
  local isWanted = status ~= "read" or not call("ZSCORE", UNREAD, id)
  local item = isWanted and inbox.item(id)
  if item and (category == "" or item.category == category) then
    local state = inbox.state(id, item)
    local seq = tonumber(state.seq)
    if cursor == "" or seq < tonumber(cursor) then
      local json = inbox.render(id, item, state)
      bytes = bytes + #json
      if #found == limit or (bytes > maxBytes and #found > 0) then
        more = last
        break
      end
      found[#found + 1], last = json, seq
    end
  end
end
local offset, epoch = inbox.position(ARGV[8] == "1")
return { more, inbox.countsJson(), offset, epoch, found }
