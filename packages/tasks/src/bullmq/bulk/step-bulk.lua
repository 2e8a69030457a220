-- One step of a bulk act: acts on some tasks, and writes down how far it has come. Whether each is still what was asked for is judged here:
-- between finding it and now it may have run again, or another such act may have had it.
-- ARGV[1] name            its id
-- ARGV[2] holder          refused when another one has it by now
-- ARGV[3] holdMs          how long it stays the holder's; 0 lets go of it
-- ARGV[4] ids             JSON list
-- ARGV[5] place           where to go on from after this step; empty: where it was
-- ARGV[6] isLast          "1": there is nothing behind it
-- ARGV[7] cancelChannel   pub/sub: ids of running tasks that were cancelled
-- returns {verdict, how many it has acted on}; verdict: "running" | "over" (finished by this step, or aborted) | "lost" (another one has it, or has had the end of it, or it is gone)

local key = BULK_ACT .. ARGV[1]
local act = call("HMGET", key, "status", "holder", "request", "done", "skipped")
if act[2] ~= ARGV[2] then return { "lost", 0 } end -- First: who has finished it tells of its end, and nobody else.
if act[1] ~= "running" then return { "over", 0 } end
local request, done, skipped = cjson.decode(act[3]), tonumber(act[4]), tonumber(act[5])
local before = done
local most = request.limit or math.huge

local isLeftAlone = {}
for _, handler in ipairs(request.except or {}) do isLeftAlone[handler] = true end

local function isBefore(ms)
  return not ms or (tonumber(ms) or 0) <= request.untilMs
end

local function failedBefore(id)
  local failedMs = call("ZSCORE", FAILED, id) -- exact: ids are texts
  return failedMs and isBefore(failedMs)
end

local doOne = {}
function doOne.retry(id)
  return failedBefore(id) and tasks.retryTask(id, request.note) == "queued"
end
function doOne.discard(id)
  return failedBefore(id) and tasks.discardTask(id, request.note) == "discarded"
end
function doOne.cancel(id)
  local times = redis.pcall("HMGET", QUEUE .. id, "timestamp", "again") -- exact: ids are texts
  if times.err or not isBefore(times[1]) or not isBefore(times[2]) then return false end
  return tasks.cancelTask(id, request.failure, ARGV[7]) == "cancelled"
end

for _, id in ipairs(cjson.decode(ARGV[4])) do
  if done >= most then break end
  local name = redis.pcall("HGET", QUEUE .. id, "name") -- exact: ids are texts
  local isActedOn = false
  if not isLeftAlone[name] then
    -- What others have written under its keys concerns no other task. Where Redis takes no writes the step fails below.
    local ok, result = pcall(doOne[request.act], id)
    isActedOn = ok and result
  end
  if isActedOn then done = done + 1 else skipped = skipped + 1 end
end

local isOver = ARGV[6] == "1" or done >= most
local now = tasks.nowMs()
call("HSET", key, "done", tasks.whole(done), "skipped", tasks.whole(skipped), "heldUntilMs", tasks.whole(now + ARGV[3]))
if ARGV[5] ~= "" then call("HSET", key, "place", ARGV[5]) end
call("PEXPIRE", key, BULK_KEPT_MS)
if not isOver then return { "running", done - before } end
call("HSET", key, "status", "finished", "endedAtMs", tasks.whole(now))
call("ZREM", BULK_RUNNING, ARGV[1])
return { "over", done - before }
