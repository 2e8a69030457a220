-- A page of a group's dead letters, the newest first. Those whose job is gone or lives again are dropped on the way.
-- ARGV[1] group
-- ARGV[2] offset
-- ARGV[3] limit
-- returns {next offset or -1, {id, handler, reason, attempts, failedAtMs, …}}

local dead, offset, limit = G_DEAD .. ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local letters = {}
local page = call("ZREVRANGE", dead, ARGV[2], tasks.whole(offset + limit - 1), "WITHSCORES")
local next = #page == 2 * limit and offset + limit or -1
for index = 1, #page, 2 do
  local id = page[index]
  if call("ZSCORE", FAILED, id) then
    local job = call("HMGET", QUEUE .. id, "name", "failedReason", "atm")
    for _, value in ipairs({ id, job[1] or "", job[2] or "", job[3] or "0", tasks.whole(math.floor(page[index + 1] / 1000)) }) do
      letters[#letters + 1] = value
    end
  else
    call("ZREM", dead, id)
    if next ~= -1 then next = next - 1 end
  end
end
return { next, letters }
