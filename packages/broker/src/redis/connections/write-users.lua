-- Writes which connections users have, and tells who is online.
--
-- KEYS[1] users        ZSET of "<bytes of user>:<user>:<client> <lease>", all with the score 0: those of one user stand together
-- KEYS[2] seen         ZSET user to the ms when the last connection went
-- KEYS[3] due          ZSET of what is told later, to the ms when: "u\n<user>", that they are offline; see take-outbox.lua
-- KEYS[4] waiting      LIST, see chunks/outbox.lua
-- KEYS[5] meta         HASH
-- ARGV[1] lease
-- ARGV[2] formerLease  of this node; empty: it had none
-- ARGV[3] came         client and user, one after the other (chunks/fields.lua)
-- ARGV[4] went         the same
-- ARGV[5] keptMs       for how long it is kept when somebody was seen
-- ARGV[6] isTold       1: who is online
-- ARGV[7] vacantMs     who is back within this time was not offline
-- ARGV[8] server       this Redis process
-- ARGV[9] maxBytes     of events that wait
--
-- returns { users whose last connection went, events that gave way }

local users, seen, due, waiting, meta = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local lease, formerLease, came, went, keptMs = ARGV[1], ARGV[2], unpackFields(ARGV[3]), unpackFields(ARGV[4]), tonumber(ARGV[5])
local isTold, vacantMs, server, maxBytes = ARGV[6] == "1", tonumber(ARGV[7]), ARGV[8], tonumber(ARGV[9])
local outbox = openOutbox(waiting, meta, server, maxBytes)

for index = 1, #came, 2 do
  local client, user = came[index], came[index + 1]
  local begin = userEntries(user)
  local wasThere = isTold and countUser(users, user) > 0
  redis.call("ZADD", users, "0", begin .. client .. " " .. lease)
  if formerLease ~= "" then
    redis.call("ZREM", users, begin .. client .. " " .. formerLease)
  end
  if isTold and not wasThere and redis.call("ZREM", due, "u\n" .. user) == 0 then
    tell(outbox, "user.online", "user:" .. user, nil, '{"user":' .. cjson.encode(user) .. ',"connections":1}')
  end
end

local gone = 0
for index = 1, #went, 2 do
  local client, user = went[index], went[index + 1]
  local begin = userEntries(user)
  local removed = redis.call("ZREM", users, begin .. client .. " " .. lease)
  if formerLease ~= "" then
    removed = removed + redis.call("ZREM", users, begin .. client .. " " .. formerLease)
  end
  if removed > 0 and countUser(users, user) == 0 then
    redis.call("ZADD", seen, string.format("%d", outbox.nowMs), user)
    if isTold then
      redis.call("ZADD", due, string.format("%d", outbox.nowMs + vacantMs), "u\n" .. user)
    end
    gone = gone + 1
  end
end
if #went > 0 then
  redis.call("ZREMRANGEBYSCORE", seen, "-inf", string.format("(%d", outbox.nowMs - keptMs))
end
return { gone, shutOutbox(outbox) }
