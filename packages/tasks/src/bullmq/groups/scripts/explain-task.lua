-- Why a task does not run, or what it does instead.
-- ARGV[1] id
-- returns {state, group, …}: "unknown" | "settled", group, status | "running", group, sinceMs | "delayed", group, untilMs
--   | "paused", group, ahead, "queue" or "group", reason | "limited", group, ahead, untilMs | "maxed", group, ahead, id, …
--   | "handler_maxed", group, ahead, limit | "held", group, ahead, by, untilMs | "throttled", group, ahead, limit | "behind", group, ahead | "ready", group

local id = ARGV[1]
local record = tasks.readRecord(id)
-- What never changes of a record holds no result, which may be anything.
local ok, recorded = pcall(cjson.decode, record and record.head .. "}" or "{}")
recorded = ok and recorded.group or ""
if record and tasks.isSettled(record.status) then return { "settled", recorded, record.status } end
if not tasks.isJob(id) then return { "unknown" } end

local job = call("HMGET", QUEUE .. id, "gid", "processedOn")
local group = job[1] or record and recorded or tasks.groupOfJob(QUEUE .. id)
-- A BullMQ client's may outlive its record.
if call("ZSCORE", FAILED, id) then return { "settled", group, "failed" } end
if call("ZSCORE", QUEUE .. "completed", id) then return { "settled", group, "succeeded" } end
local function untilMs(other)
  local score = call("ZSCORE", DELAYED, other)
  return score and tasks.whole(math.floor(tonumber(score) / 0x1000))
end
if untilMs(id) then return { "delayed", group, untilMs(id) } end
if call("EXISTS", QUEUE .. id .. ":lock") == 1 then return { "running", group, job[2] or "0" } end

local ahead = call("ZRANK", G_QUEUE .. group, id) or call("ZCARD", G_QUEUE .. group)
local handler = call("HGET", QUEUE .. id, "name") or ""
local share = tasks.hasShares() and tonumber(call("HGET", SHARES, handler) or "")
local isMaxed = share and call("SCARD", G_SHARE .. handler) >= share
-- Ungrouped ones that were put aside wait behind others of their handler alone, and where they wait for a worker, behind none.
local aside = group == "" and call("ZRANK", G_ASIDE .. handler, id)
if aside then ahead = isMaxed and aside or 0 end
local settings = tasks.settingsOf(group)
local queue = tasks.queueHeld()
if queue.paused then return { "paused", group, ahead, "queue", queue.paused } end
if settings.paused then return { "paused", group, ahead, "group", settings.paused } end
local holders = call("SMEMBERS", G_PLACES .. group)
if settings.concurrency > 0 and #holders >= settings.concurrency then
  for _, holder in ipairs(holders) do
    if untilMs(holder) then return { "held", group, ahead, holder, untilMs(holder) } end
  end
  return { "maxed", group, ahead, unpack(holders, 1, 100) }
end
local opens = call("ZSCORE", LIMITED, group)
if opens then return { "limited", group, ahead, opens } end
if isMaxed then return { "handler_maxed", group, ahead, tasks.whole(share) } end
if queue.limit then return { "throttled", group, ahead, queue.limit } end
if ahead > 0 then return { "behind", group, ahead } end
return { "ready", group }
