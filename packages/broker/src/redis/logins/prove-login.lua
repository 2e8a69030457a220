-- The owner of a login has shown again who they are.
--
-- KEYS[1] login  HASH, see use-login.lua
--
-- returns 1; 0 where there is no such login any more, which must not come back as half of one

local login = KEYS[1]

if redis.call("EXISTS", login) == 0 then
  return 0
end
redis.call("HSET", login, "proved", string.format("%d", nowMs()))
return 1
