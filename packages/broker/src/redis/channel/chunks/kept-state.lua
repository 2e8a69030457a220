-- A kept state: what another package keeps of a thing, and all there is of the channel that shows it, whose newest and only
-- publication it is. One text in Redis:
--
--   the state, JSON
--   its place in the channel, "<version> <offset> <epoch> <timeMs>", or nothing while the channel has a stream of its own
--   what is its keeper's business
--
-- Only announce-task.lua gives it a place.

-- returns the state if it has a place, else nil
local function readKeptState(key)
  local text = redis.call("GET", key) or ""
  local json, version, offset, epoch, timeMs, rest = string.match(text, "^([^\n]*)\n(%d+) (%d+) (%S+) (%d+)(\n.*)$")
  if not version then
    return nil
  end
  return { body = '{"data":' .. json .. "}", version = version, offset = offset, epoch = epoch, timeMs = timeMs, json = json, rest = rest }
end

-- From here on the channel has a stream of its own. The state stays for as long as it was to live.
local function displaceKeptState(key, state)
  redis.call("SET", key, state.json .. "\n" .. state.rest, "KEEPTTL")
end
