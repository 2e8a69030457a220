-- Writes how many subscriptions one node has to some channels, and tells which are occupied.
--
-- KEYS[1] channels   HASH channel to "<lease>:<count> <lease>:<count> …"
-- KEYS[2] ofNode     SET of the channels in which the lease has a count
-- KEYS[3] due        ZSET of what is told later, to the ms when: "c\n<channel>", that nobody is there; see take-outbox.lua
-- KEYS[4] waiting    LIST, see chunks/outbox.lua
-- KEYS[5] meta       HASH
-- ARGV[1] lease
-- ARGV[2] counts     channel and count, one after the other (chunks/fields.lua)
-- ARGV[3] vacantMs   a channel that is occupied again within this time was not vacated
-- ARGV[4] server     this Redis process
-- ARGV[5] maxBytes   of events that wait
--
-- returns { events that gave way }

local channels, ofNode, due, waiting, meta = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local lease, counts, vacantMs, server, maxBytes = ARGV[1], unpackFields(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local outbox = openOutbox(waiting, meta, server, maxBytes)

for index = 1, #counts, 2 do
  local channel = counts[index]
  local was, is, total = replaceCount({ hash = channels, ofNode = ofNode }, channel, lease, tonumber(counts[index + 1]))
  if is and not was and redis.call("ZREM", due, "c\n" .. channel) == 0 then
    local data = '{"channel":' .. cjson.encode(channel) .. string.format(',"subscriptions":%d}', total)
    tell(outbox, "channel.occupied", "chan:" .. channel, nil, data)
  elseif was and not is then
    redis.call("ZADD", due, string.format("%d", outbox.nowMs + vacantMs), "c\n" .. channel)
  end
end
return { shutOutbox(outbox) }
