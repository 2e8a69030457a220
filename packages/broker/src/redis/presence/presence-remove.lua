-- Removes one entry of a channel's presence and keeps the counts.
--
-- KEYS[1] members   HASH client to "<node>:<told>:<bytes of user>:<user><info>"
-- KEYS[2] users     HASH user to number of clients
-- KEYS[3] nodes     HASH node to number of clients
-- KEYS[4] leaving   HASH user to its lingering clients, space-separated
-- ARGV[1] client
-- ARGV[2] node      only an entry of this node; empty: of any
-- ARGV[3] pubsub    where to tell of the leave, if the join was told
--
-- returns { edge 0|1 vacated, microseconds }

local members, users, nodes, leaving = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local client, node, pubsub = ARGV[1], ARGV[2], ARGV[3]

local function decrement(counts, field)
  if redis.call("HINCRBY", counts, field, "-1") <= 0 then
    redis.call("HDEL", counts, field)
  end
end

local entry = redis.call("HGET", members, client)
if not entry then
  return { 0, 0 }
end
local owner, told, length, from = string.match(entry, "^([^:]*):(%d):(%d+):()")
if node ~= "" and owner ~= node then
  return { 0, 0 }
end
local user, info = string.sub(entry, from, from + length - 1), string.sub(entry, from + length)
redis.call("HDEL", members, client)
decrement(users, user)
decrement(nodes, owner)

local waiting = redis.call("HGET", leaving, user)
if waiting then
  local rest = {}
  for id in string.gmatch(waiting, "%S+") do
    if id ~= client then
      rest[#rest + 1] = id
    end
  end
  if #rest == 0 then
    redis.call("HDEL", leaving, user)
  else
    redis.call("HSET", leaving, user, table.concat(rest, " "))
  end
end

if told == "1" then
  local isLast = redis.call("HEXISTS", users, user) == 0
  redis.call("PUBLISH", pubsub, (isLast and "L\n" or "l\n") .. info)
end
local time = redis.call("TIME")
return { redis.call("EXISTS", members) == 0 and 1 or 0, time[1] * 1000000 + time[2] }
