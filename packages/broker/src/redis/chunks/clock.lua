-- returns Redis' time in milliseconds; times are compared by it alone, for clocks of processes differ
local function nowMs()
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
