-- What every script of an inbox stands on; behind the publish step of channels (publish-step.ts).
--
-- KEYS[1] items        HASH id -> "<seq> <createdMs> <dueMs> <times> <category> <key> <actions>\n<JSON>", as it was added and never
--                      changed. `-` for no category and no key (which is a digest); actions as ",a,b,"
-- KEYS[2] states       HASH id -> "<seq> <readMs> <archivedMs> <interactedMs> <snoozedMs> <action>", where something has changed
-- KEYS[3] visible      ZSET id -> seq, read and unread
-- KEYS[4] archived     ZSET id -> seq
-- KEYS[5] unread       ZSET id -> seq
-- KEYS[6] unreadBy     ZSET "<category> <id>" -> 0, the same by category
-- KEYS[7] due          ZSET id -> ms it expires at; all items, as none stays for ever
-- KEYS[8] snoozed      ZSET id -> ms it wakes at
-- KEYS[9] keyed        HASH key -> id, which one the next of the key replaces
-- KEYS[10] preferences HASH json, and "mute:<category>" for each that is muted; lives for as long as nobody forgets the user
-- KEYS[11] marks       HASH last (newest seq), seen (up to where), gone (ids, one behind the other), erased (offset of the last `reset`)
-- KEYS[12] stream      of the channel
-- KEYS[13] meta        of the channel
-- ARGV[1] terms        of the publish step
-- ARGV[2] ttlMs        life of all keys, from each change

local ITEMS, STATES, VISIBLE, ARCHIVED, UNREAD, UNREAD_BY = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local DUE, SNOOZED, KEYED, PREFERENCES, MARKS, STREAM, META = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local TERMS, TTL_MS = ARGV[1], ARGV[2]
-- Ids are remembered by their place, so all have one length.
local ID_SIZE, GONE_MAX = 23, 200
local CATEGORIES_MAX = 16

local call = redis.call
local inbox = {}
local time = call("TIME")
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)
local NOW_TEXT = string.format("%d", NOW)
-- The last event of this script.
local toldOffset, toldEpoch, toldNodes

local function whole(number)
  return string.format("%d", number)
end

-- seq: by Redis' clock, and above all that was ever given out, whatever the clock does.
function inbox.nextSeq()
  local last = tonumber(call("HGET", MARKS, "last") or "0")
  local seq = whole(math.max(last + 1, time[1] * 1000000 + time[2]))
  call("HSET", MARKS, "last", seq)
  return seq
end

local function parseItem(text)
  local seq, createdMs, dueMs, times, category, key, actions, json =
    string.match(text or "", "^(%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)\n(.*)$")
  if not seq then
    return nil
  end
  return {
    seq = seq, createdMs = createdMs, dueMs = dueMs, times = times,
    category = category, key = key, actions = actions, json = json,
  }
end

-- returns nil for an id that is not there
function inbox.item(id)
  return parseItem(call("HGET", ITEMS, id))
end

function inbox.state(id, item)
  local text = call("HGET", STATES, id) or ""
  local seq, readMs, archivedMs, interactedMs, snoozedMs, action = string.match(text, "^(%d+) (%d+) (%d+) (%d+) (%d+) (%S+)$")
  if not seq then
    return { seq = item.seq, readMs = "0", archivedMs = "0", interactedMs = "0", snoozedMs = "0", action = "," }
  end
  return {
    seq = seq, readMs = readMs, archivedMs = archivedMs,
    interactedMs = interactedMs, snoozedMs = snoozedMs, action = action,
  }
end

function inbox.keepState(id, state)
  local text = table.concat({
    state.seq, state.readMs, state.archivedMs, state.interactedMs, state.snoozedMs, state.action,
  }, " ")
  call("HSET", STATES, id, text)
end

function inbox.setUnread(id, item, state)
  state.readMs = "0"
  call("ZADD", UNREAD, state.seq, id)
  if item.category ~= "-" then
    call("ZADD", UNREAD_BY, "0", item.category .. " " .. id)
  end
end

-- returns whether it was unread
function inbox.setRead(id, item, state)
  if call("ZREM", UNREAD, id) == 0 then
    return false
  end
  call("ZREM", UNREAD_BY, item.category .. " " .. id)
  state.readMs = NOW_TEXT
  return true
end

local function orNull(ms)
  return ms == "0" and "null" or ms
end

-- The item as JSON: what is known here in front, then the producer's bytes.
function inbox.render(id, item, state)
  return table.concat({
    '{"id":"', id, '","seq":', state.seq, ',"createdAtMs":', item.createdMs, ',"times":', item.times,
    ',"readAtMs":', orNull(state.readMs), ',"archivedAtMs":', orNull(state.archivedMs),
    ',"interactedAtMs":', orNull(state.interactedMs),
    ',"action":', state.action == "," and "null" or '"' .. state.action .. '"',
    ',"snoozedUntilMs":', orNull(state.snoozedMs), ",", string.sub(item.json, 2),
  })
end

-- Members of one category stand together, between "<category> " and "<category>!".
local function categoriesJson()
  local list, from = {}, "-"
  while #list < CATEGORIES_MAX do
    local first = call("ZRANGE", UNREAD_BY, from, "+", "BYLEX", "LIMIT", "0", "1")[1]
    if not first then
      break
    end
    local name = string.match(first, "^%S+")
    list[#list + 1] = '"' .. name .. '":' .. whole(call("ZLEXCOUNT", UNREAD_BY, "[" .. name .. " ", "(" .. name .. "!"))
    from = "[" .. name .. "!"
  end
  return "{" .. table.concat(list, ",") .. "}"
end

-- The sizes of sets; nothing here was ever counted up or down.
function inbox.countsJson()
  local seen = call("HGET", MARKS, "seen") or "0"
  return '{"unread":' .. whole(call("ZCARD", UNREAD))
    .. ',"unseen":' .. whole(call("ZCOUNT", UNREAD, "(" .. seen, "+inf"))
    .. ',"total":' .. whole(call("ZCARD", VISIBLE))
    .. ',"categories":' .. categoriesJson() .. "}"
end

-- Tells a change: `fields` is the beginning of the event, without its counts.
function inbox.tell(fields)
  toldOffset, toldEpoch, toldNodes = publishStep(STREAM, META, TERMS, fields .. ',"counts":' .. inbox.countsJson() .. "}")
end

function inbox.tellItem(id, item, state, more)
  inbox.tell('{"type":"item","item":' .. inbox.render(id, item, state) .. more)
end

function inbox.idsJson(ids)
  return '["' .. table.concat(ids, '","') .. '"]'
end

function inbox.tellReset()
  toldOffset, toldEpoch, toldNodes = publishStep(STREAM, META, TERMS, '{"type":"reset"}')
end

-- Takes items out of everything. What remains is that their ids were here: a notification that is added once more, by a task that is
-- attempted again, must not bring back what is gone. All at once, as a whole inbox may expire together.
function inbox.forget(ids)
  if #ids == 0 then
    return
  end
  local members = {}
  for index, text in ipairs(call("HMGET", ITEMS, unpack(ids))) do
    local item = parseItem(text)
    if item then
      members[#members + 1] = item.category .. " " .. ids[index]
      if item.key ~= "-" and call("HGET", KEYED, item.key) == ids[index] then
        call("HDEL", KEYED, item.key)
      end
    end
  end
  call("HDEL", ITEMS, unpack(ids))
  call("HDEL", STATES, unpack(ids))
  for _, set in ipairs({ VISIBLE, ARCHIVED, UNREAD, DUE, SNOOZED }) do
    call("ZREM", set, unpack(ids))
  end
  if #members > 0 then
    call("ZREM", UNREAD_BY, unpack(members))
  end
  inbox.rememberGone(ids)
end

function inbox.rememberGone(ids)
  local gone = (call("HGET", MARKS, "gone") or "") .. table.concat(ids)
  call("HSET", MARKS, "gone", string.sub(gone, -ID_SIZE * GONE_MAX))
end

function inbox.isGone(id)
  return string.find(call("HGET", MARKS, "gone") or "", id, 1, true) ~= nil
end

-- From each change on, all keys live equally long: a set without its items would be wrong, not missing.
function inbox.live()
  for index = 1, 11 do
    if index ~= 10 then
      call("PEXPIRE", KEYS[index], TTL_MS)
    end
  end
end

function inbox.wake(id, item, state)
  call("ZREM", SNOOZED, id)
  state.seq, state.snoozedMs = inbox.nextSeq(), "0"
  call("ZADD", VISIBLE, state.seq, id)
  inbox.setUnread(id, item, state)
  inbox.keepState(id, state)
  inbox.tellItem(id, item, state, "")
end

-- Does what is due: first thing in every script, so what is counted and listed afterwards is what there is.
-- returns how many have expired or woken
function inbox.settle()
  local expired = call("ZRANGE", DUE, "-inf", NOW_TEXT, "BYSCORE")
  inbox.forget(expired)
  if #expired > 0 then
    inbox.tell('{"type":"removed","ids":' .. inbox.idsJson(expired))
  end
  local awake = call("ZRANGE", SNOOZED, "-inf", NOW_TEXT, "BYSCORE")
  for _, id in ipairs(awake) do
    local item = inbox.item(id)
    if item then
      inbox.wake(id, item, inbox.state(id, item))
    else
      call("ZREM", SNOOZED, id)
    end
  end
  if #expired + #awake > 0 then
    inbox.live()
  end
  return #expired + #awake
end

-- isKept: see positionStep
function inbox.position(isKept)
  if toldOffset and not isKept then
    return toldOffset, toldEpoch
  end
  return positionStep(STREAM, META, TERMS, isKept)
end

-- What most scripts answer.
function inbox.reply(changed, ...)
  local offset, epoch = inbox.position(false)
  return { changed, inbox.countsJson(), offset, epoch, ... }
end

function inbox.nodes()
  return toldNodes or 0
end
