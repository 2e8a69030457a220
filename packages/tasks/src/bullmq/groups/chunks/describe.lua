-- The state of one group, as the dashboard and the api show it.

function tasks.statusOf(group, waiting, taken)
  local settings = tasks.settingsOf(group)
  if settings.paused then return "paused" end
  if call("ZSCORE", LIMITED, group) then return "limited" end
  if settings.concurrency > 0 and taken >= settings.concurrency then return "maxed" end
  return waiting + taken == 0 and "idle" or "ready"
end

function tasks.describeGroup(group)
  local holders = call("SMEMBERS", G_PLACES .. group)
  local held = 0
  for _, id in ipairs(holders) do
    if call("ZSCORE", DELAYED, id) then held = held + 1 end
  end
  local waiting = call("ZCARD", G_QUEUE .. group)
  local oldest = call("ZRANGE", G_QUEUE .. group, "0", "0")[1] or ""
  local settings = tasks.settingsOf(group)
  return { waiting, #holders - held, held, tasks.statusOf(group, waiting, #holders),
    settings.paused or "", call("ZSCORE", LIMITED, group) or "", oldest,
    oldest ~= "" and call("HGET", QUEUE .. oldest, "timestamp") or "", call("ZCARD", G_DEAD .. group),
    settings.packed }
end
