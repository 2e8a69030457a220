-- Writes the entries that were given in one turn of a process and keeps the counts of their channels. One that fails does not keep the others
-- from theirs.
--
-- KEYS of each: members, users, nodes, leaving
--   HASH client to "<node>:<told>:<bytes of user>:<user><info>"
--   HASH user to number of clients
--   HASH node to number of clients
--   HASH user to its lingering clients, space-separated
-- ARGV of each: client, node, user, info, told, pubsub
--   info is JSON; told is 1 where its join and its leave are told, at pubsub
--
-- returns of each { edge 0|1 occupied, microseconds }, or its error

local function decrement(counts, field)
  if redis.call("HINCRBY", counts, field, "-1") <= 0 then
    redis.call("HDEL", counts, field)
  end
end

-- Takes an entry out of the hash and the counts; false when there is none.
local function withdraw(keys, id)
  local entry = redis.call("HGET", keys.members, id)
  if not entry then
    return false
  end
  local owner, length, from = string.match(entry, "^([^:]*):%d:(%d+):()")
  redis.call("HDEL", keys.members, id)
  decrement(keys.users, string.sub(entry, from, from + length - 1))
  decrement(keys.nodes, owner)
  return true
end

local function add(keys, client, node, user, info, told, pubsub)
  local wasEmpty = redis.call("EXISTS", keys.members) == 0
  local replaces = withdraw(keys, client)
  local waiting = redis.call("HGET", keys.leaving, user)
  if waiting then
    local rest = {}
    for id in string.gmatch(waiting, "%S+") do
      if not replaces then
        replaces = withdraw(keys, id)
      elseif id ~= client then
        rest[#rest + 1] = id
      end
    end
    if #rest == 0 then
      redis.call("HDEL", keys.leaving, user)
    else
      redis.call("HSET", keys.leaving, user, table.concat(rest, " "))
    end
  end

  redis.call("HSET", keys.members, client, node .. string.format(":%d:%d:", told, #user) .. user .. info)
  redis.call("HINCRBY", keys.users, user, "1")
  redis.call("HINCRBY", keys.nodes, node, "1")
  if told == "1" and not replaces then
    redis.call("PUBLISH", pubsub, "j\n" .. info)
  end
  return wasEmpty and 1 or 0
end

local time = redis.call("TIME")
local atUs = time[1] * 1000000 + time[2]
local replies = {}
for one = 1, #KEYS / 4 do
  local key, arg = one * 4 - 4, one * 6 - 6
  local keys = { members = KEYS[key + 1], users = KEYS[key + 2], nodes = KEYS[key + 3], leaving = KEYS[key + 4] }
  local isDone, edge = pcall(add, keys, ARGV[arg + 1], ARGV[arg + 2], ARGV[arg + 3], ARGV[arg + 4], ARGV[arg + 5], ARGV[arg + 6])
  replies[one] = isDone and { edge, atUs } or { err = errorText(edge) }
end
return replies
