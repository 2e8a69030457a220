-- Puts a call into its lane. A call whose deadline has passed leaves its id behind there; they are cleared away when the lane is full.
-- ARGV[1] id
-- ARGV[2] lane
-- ARGV[3] message      what is asked
-- ARGV[4] leftMs       until the deadline
-- ARGV[5] waitingMax   calls a lane may hold
-- returns 1; 0 when the lane is full

local lane, max = LANES .. ARGV[2], tonumber(ARGV[5])
local waiting = redis.call("LLEN", lane)
while waiting >= max do
  local oldest = redis.call("LINDEX", lane, "0")
  if redis.call("EXISTS", CALL .. oldest) == 1 then return 0 end
  redis.call("LPOP", lane)
  waiting = waiting - 1
end
redis.call("SET", CALL .. ARGV[1], ARGV[3], "PX", ARGV[4])
redis.call("RPUSH", lane, ARGV[1])
-- Where no worker takes anything any more the ids go with the last call.
redis.call("PEXPIRE", lane, LANE_TTL_MS)
return 1
