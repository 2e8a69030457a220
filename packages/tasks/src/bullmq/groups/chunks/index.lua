-- The index of groups: which task of which group is next. It is derived from the queue's own keys, above all from
-- `prioritized`, where every waiting task lies, and can be made anew from them. A group nothing waits or runs in has no key.
-- Before this chunk stands QUEUE, the beginning of every key of the queue.
--
--   g:q:<group>   ZSET task -> score      waiting; may hold ghosts, tasks that others have taken from `prioritized`
--   g:a:<group>   SET of tasks            holding a place: running, or between two attempts (held)
--   g:r:<group>   STRING                  starts in the current rate window
--   g:d:<group>   ZSET task -> us         dead letters
--   g:acts        SET of groups           whose g:a is not empty
--   g:ready       ZSET group -> time      may start something; virtual time decides who is next
--   g:limited     ZSET group -> ms        until its rate window opens
--   g:paused      HASH group -> reason
--   g:times       HASH group -> time      virtual time of groups that are not in g:ready; NOW_FIELD is the present
--   g:settings    HASH r:<group> set at run time, f:<group> from the settings file
--   g:fails       HASH group -> number    tasks failed for good in a row, where that pauses the group
--   g:seq         STRING                  numbers tasks in the order they came in
--   g:checked     STRING                  there while the index need not be checked again
--
-- Group names contain no control characters, so no group can be called like NOW_FIELD.

local WAIT, ACTIVE, PRIORITIZED, DELAYED = QUEUE .. "wait", QUEUE .. "active", QUEUE .. "prioritized", QUEUE .. "delayed"
local FAILED, MARKER, EVENTS, META = QUEUE .. "failed", QUEUE .. "marker", QUEUE .. "events", QUEUE .. "meta"
local ACTS, READY, LIMITED, PAUSED = QUEUE .. "g:acts", QUEUE .. "g:ready", QUEUE .. "g:limited", QUEUE .. "g:paused"
local TIMES, SETTINGS, FAILS, SEQ = QUEUE .. "g:times", QUEUE .. "g:settings", QUEUE .. "g:fails", QUEUE .. "g:seq"
local CHECKED = QUEUE .. "g:checked"
local NOW_FIELD = "\n"

local function queueOf(group) return QUEUE .. "g:q:" .. group end
local function placesOf(group) return QUEUE .. "g:a:" .. group end
local function windowOf(group) return QUEUE .. "g:r:" .. group end
local function deadOf(group) return QUEUE .. "g:d:" .. group end

-- Packed by settings.ts: concurrency weight rateMax ratePerMs onFailure pauseAfter maxSize onFull; 0 is "no bound".
local SETTINGS_PATTERN = "^(%d+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%S+)$"
local DEFAULTS = "1 1 0 0 block 0 0 reject"
local UNGROUPED_DEFAULTS = "0 1 0 0 block 0 0 reject"

local known = {}
local function settingsOf(group)
  local settings = known[group]
  if settings then return settings end
  local packed
  if group == "" then
    packed = redis.call("HGET", SETTINGS, "r:") or UNGROUPED_DEFAULTS
  else
    local layers = redis.call("HMGET", SETTINGS, "r:" .. group, "f:" .. group, "r:*", "f:*")
    packed = layers[1] or layers[2] or layers[3] or layers[4] or DEFAULTS
  end
  local concurrency, weight, rateMax, ratePerMs, onFailure, pauseAfter, maxSize, onFull =
    string.match(packed, SETTINGS_PATTERN)
  settings = { concurrency = tonumber(concurrency), weight = tonumber(weight), rateMax = tonumber(rateMax),
    ratePerMs = tonumber(ratePerMs), onFailure = onFailure, pauseAfter = tonumber(pauseAfter),
    maxSize = tonumber(maxSize), onFull = onFull, packed = packed }
  known[group] = settings
  return settings
end

-- Wakes one idle worker if there is something to start.
local function wake()
  if redis.call("ZCARD", READY) > 0 and redis.call("HEXISTS", META, "paused") == 0 then
    redis.call("ZADD", MARKER, 0, "0")
  end
end

-- Lets the group take part if it has something waiting and may start it.
local function arm(group)
  if redis.call("ZSCORE", READY, group) then return end
  if redis.call("ZCARD", queueOf(group)) == 0 then return end
  if redis.call("HEXISTS", PAUSED, group) == 1 or redis.call("ZSCORE", LIMITED, group) then return end
  local concurrency = settingsOf(group).concurrency
  if concurrency > 0 and redis.call("SCARD", placesOf(group)) >= concurrency then return end
  local times = redis.call("HMGET", TIMES, group, NOW_FIELD)
  -- A group that was away comes back at the present: no credit for having been idle.
  redis.call("ZADD", READY, math.max(tonumber(times[1] or "0"), tonumber(times[2] or "0")), group)
end

local function takePlace(group, id)
  if redis.call("SADD", placesOf(group), id) == 1 and redis.call("SCARD", placesOf(group)) == 1 then
    redis.call("SADD", ACTS, group)
  end
end

-- A set of ids and not a counter: giving a place back twice, or one that was never taken, changes nothing.
local function givePlace(group, id)
  if redis.call("SREM", placesOf(group), id) == 1 and redis.call("EXISTS", placesOf(group)) == 0 then
    redis.call("SREM", ACTS, group)
  end
end

-- Forgets a group nothing waits in, and all of it if nothing runs in it either.
local function tidy(group)
  if redis.call("EXISTS", queueOf(group)) == 1 then return end
  redis.call("ZREM", READY, group)
  if redis.call("EXISTS", placesOf(group)) == 0 then
    redis.call("ZREM", LIMITED, group)
    redis.call("HDEL", TIMES, group)
  end
end

-- After a task has left its group or its place.
local function release(group, id)
  givePlace(group, id)
  arm(group)
  tidy(group)
end
