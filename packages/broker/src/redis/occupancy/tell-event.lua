-- Writes down an event that has happened at a door.
--
-- KEYS[1] waiting      LIST of events, see take-events.lua
-- ARGV[1] event       JSON
-- ARGV[2] waitingMax
--
-- returns { events that gave way }

local waiting = KEYS[1]
local event, waitingMax = ARGV[1], tonumber(ARGV[2])

redis.call("RPUSH", waiting, "told\n" .. event)
return { boundWaiting(waiting, waitingMax) }
