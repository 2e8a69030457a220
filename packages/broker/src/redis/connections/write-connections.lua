-- Writes connections of one lease, what they are subscribed to where that is told, and takes out those that have ended; tells of it.
--
-- KEYS[1] records              HASH client to "<life> <record>", of the lease
-- KEYS[2] former               HASH the same, of the lease this node had before; without one, records
-- KEYS[3] subscriptions        HASH client to "\n<channel>\n<channel>\n…", of channels whose subscriptions are told
-- KEYS[4] formerSubscriptions  HASH the same, of the lease before
-- KEYS[5] waiting              LIST, see chunks/outbox.lua
-- KEYS[6] meta                 HASH
-- ARGV[1] open                 client, 1 where it may have been written before, and record, one after the other (chunks/fields.lua)
-- ARGV[2] subscribed           client, its user as JSON, channel, and 1, or 0 where it has left
-- ARGV[3] closed               client, its user as JSON, how it ended as a JSON object, and its channels as JSON; empty: those known here
-- ARGV[4] life                 of a client that was here before and is not known any more: it was told as lost, and comes again
-- ARGV[5] node
-- ARGV[6] isTold               1: that connections open and close
-- ARGV[7] server               this Redis process
-- ARGV[8] maxBytes             of events that wait
--
-- returns { connections that were there and have ended, events that gave way }

local records, former, subscriptions, formerSubscriptions, waiting, meta = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local open, subscribed, closed = unpackFields(ARGV[1]), unpackFields(ARGV[2]), unpackFields(ARGV[3])
local newLife, node, isTold, server, maxBytes = ARGV[4], ARGV[5], ARGV[6] == "1", ARGV[7], tonumber(ARGV[8])
local outbox = openOutbox(waiting, meta, server, maxBytes)

local function take(hash, client)
  local value = redis.call("HGET", hash, client)
  if value then
    redis.call("HDEL", hash, client)
  end
  return value
end

-- What is known of a client. What stands under the lease before moves here.
local function find(client)
  local found = redis.call("HGET", records, client)
  if found or former == records then
    return found
  end
  local list = take(formerSubscriptions, client)
  if list then
    redis.call("HSET", subscriptions, client, list)
  end
  return take(former, client)
end

local function tellOfConnection(kind, client, known, more)
  local life, record = string.match(known, "^(%d+) {(.*)}$")
  local id = client .. ":" .. kind .. (life == "0" and "" or ":" .. life)
  local data = '{"client":' .. cjson.encode(client) .. ',"node":' .. cjson.encode(node) .. "," .. record .. more .. "}"
  tell(outbox, "connection." .. kind, "conn:" .. client, id, data)
end

local function tellOfSubscription(kind, client, userJson, channel)
  local data = '{"client":' .. cjson.encode(client) .. ',"user":' .. userJson .. ',"channel":' .. cjson.encode(channel) .. "}"
  tell(outbox, "channel." .. kind, "conn:" .. client, nil, data)
end

local function channelsOf(client)
  local channels = {}
  for channel in string.gmatch(take(subscriptions, client) or "", "[^\n]+") do
    channels[#channels + 1] = channel
  end
  return channels
end

for index = 1, #open, 3 do
  local client, record = open[index], open[index + 2]
  -- A herd that nobody is told of is not looked up.
  local known = (isTold or former ~= records) and find(client)
  local life = known and string.match(known, "^%d+") or open[index + 1] == "1" and newLife or "0"
  local written = life .. " " .. record
  redis.call("HSET", records, client, written)
  if isTold and not known then
    tellOfConnection("opened", client, written, "")
  end
end

for index = 1, #subscribed, 4 do
  local client, userJson, channel, isIn = subscribed[index], subscribed[index + 1], subscribed[index + 2], subscribed[index + 3] == "1"
  if find(client) then
    local list = redis.call("HGET", subscriptions, client) or "\n"
    local first, last = string.find(list, "\n" .. channel .. "\n", 1, true)
    if isIn and not first then
      redis.call("HSET", subscriptions, client, list .. channel .. "\n")
      tellOfSubscription("subscribed", client, userJson, channel)
    elseif first and not isIn then
      local rest = string.sub(list, 1, first) .. string.sub(list, last + 1)
      if rest == "\n" then
        redis.call("HDEL", subscriptions, client)
      else
        redis.call("HSET", subscriptions, client, rest)
      end
      tellOfSubscription("unsubscribed", client, userJson, channel)
    end
  end
end

local ended = 0
for index = 1, #closed, 4 do
  local client, userJson, how, channelsJson = closed[index], closed[index + 1], closed[index + 2], closed[index + 3]
  local known = find(client)
  if known then
    ended = ended + 1
    redis.call("HDEL", records, client)
    local left = channelsOf(client)
    for _, channel in ipairs(left) do
      tellOfSubscription("unsubscribed", client, userJson, channel)
    end
    if isTold then
      if channelsJson == "" then
        channelsJson = #left == 0 and "[]" or cjson.encode(left)
      end
      tellOfConnection("closed", client, known, "," .. string.sub(how, 2, -2) .. ',"channels":' .. channelsJson)
    end
  end
end
return { ended, shutOutbox(outbox) }
