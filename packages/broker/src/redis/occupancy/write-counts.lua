-- Writes how many subscriptions one node has to some channels, and to some channels for some members, and what there is to tell of it.
--
-- KEYS[1] channels    HASH channel to "<lease>:<count> <lease>:<count> …"
-- KEYS[2] members     HASH "<channel>\n<user>" to the same
-- KEYS[3] ofNode      SET of the fields of both in which the lease has a count
-- KEYS[4] due         ZSET of what is told later, to the ms when: a field, that nobody is there; "\n<channel>", how many are
-- KEYS[5] waiting      LIST "occupied\n<channel>", "joined\n<channel>\n<user>"; see take-events.lua
-- ARGV[1] lease
-- ARGV[2] counts      for each field "<count> <bytes of the field> <field>"
-- ARGV[3] tellsEdges  1: that the first one has come or the last one has gone
-- ARGV[4] tellsCounts 1: how many subscriptions a channel has
-- ARGV[5] vacantMs    who is back within this time has not gone
-- ARGV[6] crowd       subscriptions from which on counts are told at most once in crowdMs
-- ARGV[7] crowdMs
-- ARGV[8] waitingMax
--
-- returns { events that gave way }

local channels, members, ofNode, due, waiting = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local lease, counts, tellsEdges, tellsCounts = ARGV[1], ARGV[2], ARGV[3] == "1", ARGV[4] == "1"
local vacantMs, crowd, crowdMs, waitingMax = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

local time, place = nowMs(), 1
while place <= #counts do
  local count, length, from = string.match(counts, "^(%d+) (%d+) ()", place)
  place = from + length
  local field = string.sub(counts, from, place - 1)
  local isMember = string.find(field, "\n", 1, true) ~= nil
  local index = { hash = isMember and members or channels, ofNode = ofNode }
  local was, is, total = replaceCount(index, field, lease, tonumber(count))
  if tellsEdges and is and not was and redis.call("ZREM", due, field) == 0 then
    redis.call("RPUSH", waiting, (isMember and "joined\n" or "occupied\n") .. field)
  elseif tellsEdges and was and not is then
    -- Of one moment, members go before their channel is vacant.
    redis.call("ZADD", due, string.format("%d", time + vacantMs - (isMember and 1 or 0)), field)
  end
  if tellsCounts and not isMember then
    -- Once it is due, it stays: a channel that changes all the time is told of all the same.
    redis.call("ZADD", due, "NX", string.format("%d", total > crowd and time + crowdMs or time), "\n" .. field)
  end
end
return { boundWaiting(waiting, waitingMax) }
