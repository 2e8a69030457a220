-- Whether somebody is to go over the whole queue, as the index may have been lost; see adopt-tasks.lua. The index of an empty queue
-- is whole, and scripts keep it so.
-- ARGV[1] mayClaim   1: the caller does it, at once
-- returns 1 when the caller is to do it, else 0

if call("EXISTS", WHOLE) == 1 then return 0 end
if call("ZCARD", PRIORITIZED) + call("ZCARD", DELAYED) + call("LLEN", ACTIVE) == 0 then
  call("SET", WHOLE, "1", "PX", INDEX_TRUSTED_MS)
  return 0
end
if ARGV[1] == "0" then return 0 end
call("SET", WHOLE, "1", "PX", INDEX_CLAIM_MS)
return 1
