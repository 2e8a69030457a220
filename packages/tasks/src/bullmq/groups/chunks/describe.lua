-- The state of one group, as the dashboard and the api show it.

local function statusOf(group, waiting, taken)
  local settings = settingsOf(group)
  if redis.call("HEXISTS", PAUSED, group) == 1 then return "paused" end
  if redis.call("ZSCORE", LIMITED, group) then return "limited" end
  if settings.concurrency > 0 and taken >= settings.concurrency then return "maxed" end
  return waiting + taken == 0 and "idle" or "ready"
end

local function describeGroup(group)
  local holders = redis.call("SMEMBERS", placesOf(group))
  local held = 0
  for _, id in ipairs(holders) do
    if redis.call("ZSCORE", DELAYED, id) then held = held + 1 end
  end
  local waiting = redis.call("ZCARD", queueOf(group))
  local oldest = redis.call("ZRANGE", queueOf(group), 0, 0)[1] or ""
  local settings = settingsOf(group)
  return { waiting, #holders - held, held, statusOf(group, waiting, #holders),
    redis.call("HGET", PAUSED, group) or "", redis.call("ZSCORE", LIMITED, group) or "", oldest,
    oldest ~= "" and redis.call("HGET", QUEUE .. oldest, "timestamp") or "", redis.call("ZCARD", deadOf(group)),
    settings.packed }
end
