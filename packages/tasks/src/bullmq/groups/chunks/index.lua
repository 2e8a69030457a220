-- The index of groups: which task of which group is next. It is derived from the queue's own keys, above all from
-- `prioritized`, where every waiting task lies, and can be made anew from them. A group nothing waits or runs in has no key.
-- QUEUE is the beginning of every key of the queue, the other names in capitals are made from it.
--
--   g:q:<group>   ZSET task -> score      waiting; may hold ghosts, tasks that others have taken from `prioritized`
--   g:a:<group>   SET of tasks            holding a place: running, or between two attempts (held)
--   g:r:<group>   STRING                  starts in the current rate window
--   g:d:<group>   ZSET task -> us         dead letters
--   g:dead        ZSET group -> us        groups that have dead letters, by when the newest came
--   g:probe                               never made: asking for it to be overwritten tells whether Redis takes writes
--   g:acts        SET of groups           whose g:a is not empty, and some in which something waits
--   g:ready       ZSET group -> time      may start something; virtual time decides who is next
--   g:limited     ZSET group -> ms        until its rate window opens
--   g:times       HASH group -> time      virtual time of groups that are not in g:ready, all of them in g:acts, too; NOW_FIELD
--                                         is the present
--   g:settings    HASH r:<group> set at run time, f:<group> from the settings file, p:<group> why it is paused
--   g:resumed:<group> STRING ms, for a day    when it was resumed
--   g:pauses      HASH group -> "<ms> <by>"   since when it is paused and by whom; of no group that is not, and of none an older version has paused
--   g:fails       HASH group -> number    tasks failed for good in a row, where that pauses the group
--   g:seq         STRING                  numbers tasks in the order they came in
--   g:checked     STRING                  there while the index need not be checked again
--   g:whole:2     STRING                  there while the index need not be looked for in the queue's own keys
--
-- Group names contain no control characters, so no group can be called like NOW_FIELD.

local NOW_FIELD = "\n"


-- Packed by settings.ts: concurrency weight rateMax ratePerMs onFailure pauseAfter maxSize onFull; 0 is "no bound".
local SETTINGS_PATTERN = "^(%d+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%S+)$"
local DEFAULTS = "1 1 0 0 block 0 0 reject"
local UNGROUPED_DEFAULTS = "0 1 0 0 block 0 0 reject"

function tasks.unpackSettings(packed)
  local concurrency, weight, rateMax, ratePerMs, onFailure, pauseAfter, maxSize, onFull =
    string.match(packed, SETTINGS_PATTERN)
  return { concurrency = tonumber(concurrency), weight = tonumber(weight), rateMax = tonumber(rateMax),
    ratePerMs = tonumber(ratePerMs), onFailure = onFailure, pauseAfter = tonumber(pauseAfter),
    maxSize = tonumber(maxSize), onFull = onFull, packed = packed }
end

-- Read once by each script; whoever changes settings does it before they are read.
local known = {}
local hasSettings
-- Of groups, or shares of handlers, or handlers that some workers have not.
function tasks.hasSettings()
  if hasSettings == nil then hasSettings = call("EXISTS", SETTINGS, SHARES, LACKS) > 0 end
  return hasSettings
end

function tasks.settingsOf(group)
  local settings = known[group]
  if settings then return settings end
  if not tasks.hasSettings() then
    -- Put together by hand, which is quicker than taking the text apart.
    settings = { concurrency = group == "" and 0 or 1, weight = 1, rateMax = 0, pauseAfter = 0, maxSize = 0,
      onFailure = "block", packed = group == "" and UNGROUPED_DEFAULTS or DEFAULTS }
    known[group] = settings
    return settings
  end
  local packed, paused, own
  if group == "" then
    local layers = call("HMGET", SETTINGS, "r:", "p:")
    packed, paused, own = layers[1] or UNGROUPED_DEFAULTS, layers[2], layers[1]
  else
    local layers = call("HMGET", SETTINGS, "r:" .. group, "f:" .. group, "r:*", "f:*", "p:" .. group)
    packed, paused, own = layers[1] or layers[2] or layers[3] or layers[4] or DEFAULTS, layers[5], layers[1]
  end
  settings = tasks.unpackSettings(packed)
  settings.paused, settings.isOwn = paused, own and true
  known[group] = settings
  return settings
end

-- by: whose act it is, empty for the hub's own. A group that is paused already stands still since it was, whoever writes another note.
function tasks.pause(group, reason, by) -- seldom
  local before = call("HSET", SETTINGS, "p:" .. group, reason) == 0 and string.match(call("HGET", PAUSES, group) or "", "^%d+")
  call("HSET", PAUSES, group, (before or tasks.nowText()) .. " " .. by)
  known[group], hasSettings = nil, true
  call("ZREM", READY, group)
  call("ZREM", LIMITED, group)
end

-- When the first limited group's window opens, or false when none is limited; read once. Without settings there are no
-- limits.
local firstOpens
function tasks.firstLimited()
  if not tasks.hasSettings() then return false end
  if firstOpens == nil then firstOpens = tonumber(call("ZRANGE", LIMITED, "0", "0", "WITHSCORES")[2] or nil) or false end
  return firstOpens
end

-- Wakes one idle worker if there is something to start.
function tasks.wake() -- seldom
  if call("ZCARD", READY) > 0 and call("HEXISTS", META, "paused") == 0 then call("ZADD", MARKER, "0", "0") end
end

-- Lets the group take part if it may start what it has waiting. taken: how many places are, if that is known.
function tasks.enlist(group, taken)
  local settings = tasks.settingsOf(group)
  if settings.paused or tasks.firstLimited() and call("ZSCORE", LIMITED, group) then return end
  local concurrency = settings.concurrency
  if concurrency > 0 and (taken or call("SCARD", G_PLACES .. group)) >= concurrency then return end
  local times = call("HMGET", TIMES, group, NOW_FIELD)
  local own, present = times[1] or "0", times[2] or "0"
  -- A group that was away comes back at the present: no credit for having been idle. Texts, as they were read.
  call("ZADD", READY, "NX", tonumber(own) > tonumber(present) and own or present, group)
end

function tasks.arm(group) -- seldom
  if call("ZCARD", G_QUEUE .. group) > 0 and not call("ZSCORE", READY, group) then tasks.enlist(group) end
end

-- taken: how many places are. returns 1, or 0 when it had one already
function tasks.takePlace(group, id, taken) -- seldom
  local isNew = call("SADD", G_PLACES .. group, id)
  if taken == 0 then call("SADD", ACTS, group) end
  return isNew
end

-- Forgets a group nothing waits in, and all of it if nothing runs in it either.
function tasks.tidy(group) -- seldom
  if call("EXISTS", G_QUEUE .. group) == 1 then return end
  call("ZREM", READY, group)
  if call("EXISTS", G_PLACES .. group) == 0 then
    call("ZREM", LIMITED, group)
    call("SREM", ACTS, group)
    call("HDEL", TIMES, group)
  end
end

-- After an attempt has left its place for good, or for longer than its group waits. Places are a set of ids and not a
-- counter: giving one back twice, or one that was never taken, changes nothing. returns whether it held one
function tasks.release(group, id)
  local held = call("SREM", G_PLACES .. group, id) == 1
  tasks.leaveShare(id)
  if call("ZCARD", G_QUEUE .. group) > 0 then
    -- Where there is one place only, it should be free now; whoever takes it looks again.
    tasks.enlist(group, held and tasks.settingsOf(group).concurrency == 1 and 0 or nil)
  elseif call("EXISTS", G_PLACES .. group) == 0 then
    call("SREM", ACTS, group)
    call("HDEL", TIMES, group)
  end
  return held
end
