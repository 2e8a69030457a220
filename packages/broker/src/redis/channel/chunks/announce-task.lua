-- Where a task's record is published. PUBSUB and CHANNEL are the beginnings of the channel's pub/sub name and of its keys.
local function recordChannel(id)
  return PUBSUB .. id .. "}"
end

-- Publishes a record on the channel of its task, in the script that changes it, and returns its new place there, which is kept with
-- it: the record is a kept state, see kept-state.lua. Two texts, or a stream with one entry and a hash, take twice the time
-- to write, and many times the memory.
--
-- seq is the record's version, which grows by one. unsaid: where it is given, what is to be published is put into its two lists, names and messages, for the script to
-- publish.
local function announceRecord(id, seq, body, nowMs, place, unsaid)
  local offset, epoch = string.match(place, "^%d+ (%d+) (%S+)")
  if not offset then
    -- The first one, or somebody else has published here, or had the channel forgotten; or somebody has read and was told an
    -- epoch.
    local meta = CHANNEL .. id .. ":meta"
    local known = redis.call("HMGET", meta, "v", "s", "e")
    if tonumber(seq) <= tonumber(known[1] or "0") then return place end
    -- Two lives of a channel never begin in the same millisecond.
    offset, epoch = known[2] or "0", known[3] or "t" .. nowMs
    if known[3] then redis.call("DEL", meta, CHANNEL .. id .. ":stream") end
  end
  local top = string.format("%d", offset + 1)
  local name, message = recordChannel(id), top .. ":" .. offset .. ":" .. epoch .. ":" .. nowMs .. '::\n{"data":' .. body .. "}"
  if unsaid then
    local at = #unsaid.names + 1
    unsaid.names[at], unsaid.messages[at] = name, message
  else
    redis.call("PUBLISH", name, message)
  end
  return seq .. " " .. top .. " " .. epoch .. " " .. nowMs
end

-- Whether a change must be announced at once: somebody listens, or, of a task that is new, has been told of its channel before. Who comes
-- later reads what the record says. In small letters, or it would be the constant.
local function recordIsWatched(id, isNew)
  return redis.call("pubsub", "NUMSUB", recordChannel(id))[2] > 0 or isNew and redis.call("EXISTS", CHANNEL .. id .. ":meta") == 1
end

-- The same of any of some new tasks, in two commands.
local function anyIsWatched(ids)
  local names, metas = {}, {}
  for index, id in ipairs(ids) do names[index], metas[index] = recordChannel(id), CHANNEL .. id .. ":meta" end
  local counts = redis.call("pubsub", "NUMSUB", unpack(names))
  for index = 2, #counts, 2 do
    if counts[index] > 0 then return true end
  end
  return redis.call("EXISTS", unpack(metas)) > 0
end
