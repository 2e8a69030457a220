-- Tasks of ours that are to run at once come in, each for itself and in their order: through the door, and into its group. What this leaves
-- is what the stock scripts that add leave, and ingest.lua of it.
-- ARGV[1] list   JSON list of {admit.lua's arguments…, data, options, priority, limits}
-- returns for each what admit.lua says, or an error, which concerns no other

local list, ids, jobKeys = {}, {}, {}
for index, entry in ipairs(cjson.decode(ARGV[1])) do
  local texts = {}
  for at, text in ipairs(entry) do texts[at] = tostring(text) end -- exact: enqueue-batches.ts writes texts alone
  list[index], ids[index], jobKeys[index] = texts, texts[1], QUEUE .. texts[1]
end
-- The connection broke and the client sent its command once more, or all of them are new, as always.
local areNew = call("EXISTS", unpack(jobKeys)) == 0
local areWatched = recordIsWatched and anyIsWatched(ids)
local eventsMax = call("HGET", META, "opts.maxLenEvents") or "10000"
-- A Redis that is full refuses the first write of a script or none, and only one that takes memory: taking from a list is no such one.
call("INCRBY", SEQ, "0")
-- What other clients have put into the queue before takes its number before.
tasks.ingestRaw(tasks.whole(4 * #list))
local seq = call("INCRBY", SEQ, tasks.whole(#list)) - #list
local entered, isEntered = {}, {}

local function enter(index)
  local entry = list[index]
  local id, handler, group, priority, now = entry[1], entry[2], entry[3], entry[16], tasks.nowText()
  if not areNew and call("EXISTS", QUEUE .. id) == 1 then return { "created", id } end
  local refusal, accepted, rec = tasks.admit(entry, areWatched)
  if refusal then return refusal end
  local score = tasks.scoreOf(tonumber(priority), seq + index)
  call("HSET", QUEUE .. id, "name", handler, "data", entry[14], "opts", entry[15], "timestamp", now, "delay", "0", "priority", priority,
    "gid", group, "gsq", score, "lim", entry[17], unpack(rec and { "rec", rec } or {}))
  call("XADD", EVENTS, "MAXLEN", "~", eventsMax, "*", "event", "added", "jobId", id, "name", handler)
  call("XADD", EVENTS, "*", "event", "waiting", "jobId", id)
  call("ZADD", PRIORITIZED, score, id)
  call("ZADD", G_QUEUE .. group, score, id)
  if not isEntered[group] then entered[#entered + 1], isEntered[group] = group, true end
  return accepted
end

local replies = {}
for index = 1, #list do
  local isDone, reply = pcall(enter, index)
  if not isDone and type(reply) ~= "table" then reply = redis.error_reply("ERR " .. tostring(reply)) end
  replies[index] = reply
end
for _, group in ipairs(entered) do
  if not call("ZSCORE", READY, group) then tasks.enlist(group) end
end
tasks.wake()
return replies
