-- The state of one group, as the dashboard and the api show it.

-- What holds up the whole queue, by a dashboard or a BullMQ client; read once by each script.
-- returns {by whom it is paused or nil, the limit it is at or nil, which completes "no more than"}
local held
function tasks.queueHeld()
  if held then return held end
  local meta = call("HMGET", META, "paused", "pausedBy", "concurrency", "max", "duration")
  held = { paused = meta[1] and (meta[2] or "by a BullMQ client") }
  local atOnce, starts = tonumber(meta[3] or ""), tonumber(meta[4] or "")
  if atOnce and call("LLEN", ACTIVE) >= atOnce then held.limit = meta[3] .. " at the same time" end
  if not held.limit and starts and tonumber(call("GET", QUEUE .. "limiter") or "0") >= starts then
    held.limit = meta[4] .. " in " .. (meta[5] or "0") .. " ms"
  end
  return held
end

-- In the order in which explain-task.lua tells of a task. returns the status, and why, for people
function tasks.statusOf(group, waiting, taken)
  local settings, queue = tasks.settingsOf(group), tasks.queueHeld()
  if queue.paused then return "paused", "the whole queue is paused " .. queue.paused end
  if settings.paused then return "paused", settings.paused end
  if settings.concurrency > 0 and taken >= settings.concurrency then return "maxed", "" end
  if call("ZSCORE", LIMITED, group) then return "limited", "" end
  if waiting + taken == 0 then return "idle", "" end
  if queue.limit then return "throttled", "the whole queue may run no more than " .. queue.limit end
  return "ready", ""
end

-- The first that is still there: a list may begin with ghosts, for a while. returns its id and when it came, or two empty texts
local GHOSTS_MAX = 20
local function oldestOf(group)
  for rank = 0, GHOSTS_MAX - 1 do
    local id = call("ZRANGE", G_QUEUE .. group, rank, rank)[1] -- exact: ranks are small
    if not id then break end
    local job = redis.pcall("HMGET", QUEUE .. id, "timestamp")
    if job[1] then return id, job[1] end
  end
  return "", ""
end

function tasks.countWaiting(group)
  return call("ZCARD", G_QUEUE .. group) + (group == "" and tasks.countAside() or 0)
end

-- returns "<ms> <by>", empty where it is not paused itself, or nobody knows
function tasks.pauseOf(group)
  return tasks.settingsOf(group).paused and call("HGET", PAUSES, group) or ""
end

function tasks.describeGroup(group)
  local holders = call("SMEMBERS", G_PLACES .. group)
  local between = 0
  for _, id in ipairs(holders) do
    if call("ZSCORE", DELAYED, id) then between = between + 1 end
  end
  local waiting = tasks.countWaiting(group)
  local oldest, oldestMs = oldestOf(group)
  local status, reason = tasks.statusOf(group, waiting, #holders)
  return { waiting, #holders - between, between, status, reason, call("ZSCORE", LIMITED, group) or "", oldest, oldestMs, call("ZCARD", G_DEAD .. group),
    tasks.settingsOf(group).packed, tasks.pauseOf(group), tasks.settingsOf(group).isOwn and 1 or 0 }
end
