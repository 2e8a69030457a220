-- Forgets everything of one user. What remains is that these ids were here, which are digests, and the newest seq.
-- returns 1, or 0 when there was nothing, or nothing any more

if call("EXISTS", ITEMS, PREFERENCES, MARKS, STREAM) == 0 then
  return 0
end
-- What an erasure leaves is nothing to erase; the channel stands where it left it until something is told.
local erasedAt = tonumber(call("HGET", MARKS, "erased") or "-1")
if call("EXISTS", ITEMS, PREFERENCES) == 0 and erasedAt == tonumber((inbox.position(false))) then
  return 0
end
local ids = call("HKEYS", ITEMS)
inbox.rememberGone(ids)
call("HDEL", MARKS, "seen")
call("DEL", ITEMS, STATES, VISIBLE, ARCHIVED, UNREAD, UNREAD_BY, DUE, SNOOZED, KEYED, PREFERENCES)
-- The channel still has what was added.
forgetStep(STREAM)
inbox.tellReset()
call("HSET", MARKS, "erased", whole(tonumber((inbox.position(false)))))
inbox.live()
return 1
