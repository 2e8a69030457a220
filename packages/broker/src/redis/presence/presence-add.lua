-- Writes one entry of a channel's presence and keeps the counts.
--
-- KEYS[1] members   HASH client to "<node>:<told>:<bytes of user>:<user><info>"
-- KEYS[2] users     HASH user to number of clients
-- KEYS[3] nodes     HASH node to number of clients
-- KEYS[4] leaving   HASH user to its lingering clients, space-separated
-- ARGV[1] client
-- ARGV[2] node
-- ARGV[3] user
-- ARGV[4] info      JSON
-- ARGV[5] told      1: its join and its leave are told
-- ARGV[6] pubsub    where
--
-- returns { edge 0|1 occupied, microseconds }

local members, users, nodes, leaving = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local client, node, user, info, told, pubsub = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]

local function decrement(counts, field)
  if redis.call("HINCRBY", counts, field, "-1") <= 0 then
    redis.call("HDEL", counts, field)
  end
end

-- Takes an entry out of the hash and the counts; false when there is none.
local function withdraw(id)
  local entry = redis.call("HGET", members, id)
  if not entry then
    return false
  end
  local owner, length, from = string.match(entry, "^([^:]*):%d:(%d+):()")
  redis.call("HDEL", members, id)
  decrement(users, string.sub(entry, from, from + length - 1))
  decrement(nodes, owner)
  return true
end

local wasEmpty = redis.call("EXISTS", members) == 0
local replaces = withdraw(client)
local waiting = redis.call("HGET", leaving, user)
if waiting then
  local rest = {}
  for id in string.gmatch(waiting, "%S+") do
    if not replaces then
      replaces = withdraw(id)
    elseif id ~= client then
      rest[#rest + 1] = id
    end
  end
  if #rest == 0 then
    redis.call("HDEL", leaving, user)
  else
    redis.call("HSET", leaving, user, table.concat(rest, " "))
  end
end

redis.call("HSET", members, client, node .. string.format(":%d:%d:", told, #user) .. user .. info)
redis.call("HINCRBY", users, user, "1")
redis.call("HINCRBY", nodes, node, "1")
if told == "1" and not replaces then
  redis.call("PUBLISH", pubsub, "j\n" .. info)
end

local time = redis.call("TIME")
return { wasEmpty and 1 or 0, time[1] * 1000000 + time[2] }
