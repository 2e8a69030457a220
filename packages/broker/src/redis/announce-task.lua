-- Publishes a record on the channel of its task, in the script that changes it. Its seq is the version, so that a late or
-- repeated one is dropped.
-- PREFIX begins the names of all channels. HISTORY_TTL_MS is how long the state of a settled task is kept, META_TTL_MS that of
-- another.
--
-- Such a channel keeps its newest publication only, and it is one text with its position in front: "<version>|" and what was
-- published, header and all. A stream with one entry and the hash beside it take twice the time to write, and nine times
-- the memory, as Redis allocates the first node of a stream whole. publish.lua, history.lua and
-- remove-history.lua know of it.
--
-- These keys have hash tags of their own, so this works on one Redis with its replicas and not in a Cluster.
local function announceRecord(id, seq, body, nowMs, isSettled)
  local name = PREFIX .. ":{task:" .. id .. "}:"
  local newest = name .. "newest"
  local version, offset, epoch = string.match(redis.call("GETRANGE", newest, "0", "99"), "^(%d+)|(%d+):%d+:([^:]*):")
  local known
  if not version then
    -- The first one, or somebody else has published here; or somebody has read and was told an epoch.
    known = redis.call("HMGET", name .. "meta", "v", "s", "e")
    -- Two lives of a channel never begin in the same millisecond.
    version, offset, epoch = known[1] or "0", known[2] or "0", known[3] or "t" .. nowMs
  end
  if tonumber(seq) <= tonumber(version) then return end
  if known and known[3] then redis.call("DEL", name .. "meta", name .. "stream") end
  local payload = string.format("%d:%s:%s:%s::\n", offset + 1, offset, epoch, nowMs) .. '{"data":' .. body .. "}"
  redis.call("SET", newest, seq .. "|" .. payload, "PX", isSettled and HISTORY_TTL_MS or META_TTL_MS)
  redis.call("PUBLISH", PREFIX .. ":ch:{task:" .. id .. "}", payload)
end
