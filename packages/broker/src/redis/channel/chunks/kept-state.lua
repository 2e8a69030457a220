-- A kept state: what another package keeps of a thing, and all there is of the channel that shows it, whose newest and only
-- publication it is. One text in Redis:
--
--   the state, JSON
--   its place in the channel, "<version> <offset> <epoch> <timeMs>", or nothing while the channel has a stream of its own
--   what is its keeper's business
--
-- Only announce-task.lua gives it a place. A task's record that is not written yet is derived from its job (derived-record.lua), place and all.

-- A record's key and its job's differ by what stands before the id.
local function derivedState(key)
  local tag, id = string.match(key, "^({.-}):record:(.*)$")
  local jobKey = id and tag .. ":tasks:" .. id
  local record = id and deriveRecord(id, jobKey)
  if not record then
    return nil
  end
  local version, offset, epoch, timeMs = string.match(record.place, "^(%d+) (%d+) (%S+) (%d+)$")
  local json = recordJson(record, record.seq)
  return { body = '{"data":' .. json .. "}", version = version, offset = offset, epoch = epoch, timeMs = timeMs, json = json,
    rest = "\n" .. record.fence .. " " .. record.resultTtlMs .. " " .. record.callbackUrl, jobKey = jobKey }
end

-- returns the state if it has a place, else nil
local function readKeptState(key)
  local text = redis.call("GET", key)
  if not text then
    return derivedState(key)
  end
  local json, version, offset, epoch, timeMs, rest = string.match(text, "^([^\n]*)\n(%d+) (%d+) (%S+) (%d+)(\n.*)$")
  if not version then
    return nil
  end
  return { body = '{"data":' .. json .. "}", version = version, offset = offset, epoch = epoch, timeMs = timeMs, json = json, rest = rest }
end

-- From here on the channel has a stream of its own. The state stays for as long as it was to live.
local function displaceKeptState(key, state)
  redis.call("SET", key, state.json .. "\n" .. state.rest, "KEEPTTL")
  if state.jobKey then
    -- It is written from now on.
    redis.call("PEXPIRE", key, QUIET_RECORD_TTL_MS)
    redis.call("HDEL", state.jobKey, "rec")
  end
end
