-- Forgets everything of one user. What remains is that these ids were here, which are digests, and the newest seq.
-- returns 1, or 0 when there was nothing

if call("EXISTS", ITEMS, PREFERENCES, MARKS, STREAM) == 0 then
  return 0
end
local ids = call("HKEYS", ITEMS)
inbox.rememberGone(ids)
call("HDEL", MARKS, "seen")
call("DEL", ITEMS, STATES, VISIBLE, ARCHIVED, UNREAD, UNREAD_BY, DUE, SNOOZED, KEYED, PREFERENCES)
-- The channel still has what was added.
forgetStep(STREAM)
inbox.tellReset()
inbox.live()
return 1
