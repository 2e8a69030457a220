-- Counts of several leases under one name: a HASH of name to "<lease>:<count> <lease>:<count> …", and for each lease a SET of the names in
-- which it has one.

-- Puts a lease's count in the place of the one before.
-- returns whether anybody was there before, whether anybody is there now, and how many are
local function replaceCount(index, name, lease, count)
  local before, now, total = redis.call("HGET", index.hash, name), {}, count
  for other, number in string.gmatch(before or "", "(%S+):(%d+)") do
    if other ~= lease then
      now[#now + 1] = other .. ":" .. number
      total = total + number
    end
  end
  if count > 0 then
    now[#now + 1] = lease .. string.format(":%d", count)
    redis.call("SADD", index.ofNode, name)
  else
    redis.call("SREM", index.ofNode, name)
  end
  if #now > 0 then
    redis.call("HSET", index.hash, name, table.concat(now, " "))
  else
    redis.call("HDEL", index.hash, name)
  end
  return before and true or false, #now > 0, total
end
