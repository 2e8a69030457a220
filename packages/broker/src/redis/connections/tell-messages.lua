-- Writes down what clients have published. They are the first to give way: what they say is in the channel, too.
--
-- KEYS[1] waiting    LIST, see chunks/outbox.lua
-- KEYS[2] meta       HASH
-- ARGV[1] messages   channel and data as JSON, one after the other (chunks/fields.lua)
-- ARGV[2] server     this Redis process
-- ARGV[3] maxBytes   of events that wait, of which messages take four fifths
--
-- returns { events that gave way }

local waiting, meta = KEYS[1], KEYS[2]
local messages, server, maxBytes = unpackFields(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local outbox, shed = openOutbox(waiting, meta, server, maxBytes), 0
readOutbox(outbox)

for index = 1, #messages, 2 do
  local channel, data = messages[index], messages[index + 1]
  if outbox.bytes + #data > maxBytes * 0.8 then
    shed = shed + 1
  else
    tell(outbox, "message.published", "chan:" .. channel, nil, data)
  end
end
if shed > 0 then
  redis.call("HINCRBY", meta, "d", string.format("%d", shed))
end
return { shed + shutOutbox(outbox) }
