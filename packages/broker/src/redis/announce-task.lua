-- Publishes a record on the channel of its task, in the script that changes it: what publish.lua does for a
-- channel that keeps its newest publication, with the record's seq as version, so that a late or repeated one is dropped.
-- PREFIX begins the names of all channels, HISTORY_TTL_MS and META_TTL_MS are how long they are kept.
--
-- These keys have hash tags of their own, so this works on one Redis with its replicas and not in a Cluster.
local function announceRecord(id, seq, body, nowMs)
  local channel = "task:" .. id
  local stream, meta = PREFIX .. ":{" .. channel .. "}:stream", PREFIX .. ":{" .. channel .. "}:meta"
  local known = redis.call("HMGET", meta, "e", "s", "v")
  if tonumber(seq) <= tonumber(known[3] or "0") then return end
  -- Two lives of a stream never begin in the same millisecond.
  local epoch = known[1] or string.format("t%.0f", nowMs)
  local offset = tonumber(known[2] or "0") + 1
  if offset == 1 then redis.call("DEL", stream) end
  local publication = '{"data":' .. body .. "}"
  local time = string.format("%.0f", nowMs)
  local added = redis.pcall("XADD", stream, "MAXLEN", 1, offset .. "-0", "b", publication, "t", time)
  if added.err then
    -- The counter is behind its stream: the two were not lost together. Nobody can continue from either.
    epoch, offset = "t" .. time, 1
    redis.call("DEL", stream)
    redis.call("XADD", stream, "1-0", "b", publication, "t", time)
  end
  redis.call("HSET", meta, "e", epoch, "s", offset, "v", seq)
  redis.call("PEXPIRE", stream, HISTORY_TTL_MS)
  redis.call("PEXPIRE", meta, META_TTL_MS)
  local header = string.format("%d:%s:%s::\n", offset, epoch, time)
  redis.call("PUBLISH", PREFIX .. ":ch:{" .. channel .. "}", header .. publication)
end
