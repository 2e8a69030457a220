-- The door: what stands between a request of ours and the queue. A task and its record come into being in one step, so there
-- is never one without the other. Its arguments travel behind the stock script's own.

function tasks.droppedFailure(settings)
  return cjson.encode({ code = "group_full", message = "dropped: its group holds " .. tasks.whole(settings.maxSize)
    .. " waiting tasks at most" })
end

-- Makes room as the group's settings say. returns nil, or why there is none.
function tasks.makeRoom(group)
  local settings = tasks.settingsOf(group)
  -- One, as a rule. After the bound was lowered each task that comes in takes some of the others' place, until the bound is kept.
  for _ = 1, 20 do
    if settings.maxSize == 0 or call("ZCARD", G_QUEUE .. group) < settings.maxSize then return nil end
    if settings.onFull ~= "drop-oldest" then return settings.onFull == "reject" and "full" or "dropped" end
    local oldest = tasks.popQueue(group)
    if oldest then tasks.removeTask(oldest, "0", tasks.droppedFailure(settings)) end
  end
end

-- Whether a task that came in will never end: another BullMQ client has removed it. Each end is written together with what it does to the job,
-- and is kept for the time-to-live of its result, so until then what is neither there nor ended is lost. Later nobody knows, and an end is assumed.
-- keptUntilMs: before which no end of it can have been forgotten; of keys of earlier versions nil
function tasks.isLost(id, keptUntilMs)
  if call("EXISTS", QUEUE .. id) == 1 then return false end
  local record = tasks.readRecord(id)
  if record then return not tasks.isSettled(record.status) end
  return keptUntilMs and tasks.nowMs() < tonumber(keptUntilMs)
end

-- args: {id, handler, group, user, attempts, resultTtlMs, recordTtlMs, digest, idempotencyKey, keyTtlMs, isDelayed,
--   callbackUrl, dueAtMs}
-- isWatched: false where it is known that nobody watches the record
-- returns the reply where the task may not come in, or nil, the reply, and what its job is to say of its record, if that need not be written
function tasks.admit(args, isWatched)
  local id, group, resultTtlMs, digest, idempotencyKey = args[1], args[3], args[6], args[8], args[9]
  if digest ~= "" then
    local first = call("HMGET", idempotencyKey, "id", "digest", "until")
    if first[1] and first[2] ~= digest then return { "conflict", first[1] } end
    if first[1] and not tasks.isLost(first[1], first[3]) then return { "duplicate", first[1] } end
  end
  -- A delayed task enters its group when it is due, so there is no telling yet.
  local refusal = args[11] ~= "1" and tasks.makeRoom(group) or nil
  if refusal == "full" then return { "full", tasks.whole(tasks.settingsOf(group).maxSize) } end
  if digest ~= "" then
    call("HSET", idempotencyKey, "id", id, "digest", digest, "until", tasks.whole(tasks.nowMs() + resultTtlMs))
    call("PEXPIRE", idempotencyKey, args[10])
  end
  local born = { handler = args[2], group = group, user = args[4], attempts = args[5], resultTtlMs = resultTtlMs,
    enqueuedAtMs = tasks.nowText(), callbackUrl = args[12] }
  if refusal then
    local record = tasks.newRecord(id, "cancelled", born)
    record.finishedAtMs, record.error = tasks.nowText(), tasks.droppedFailure(tasks.settingsOf(group))
    tasks.writeRecord(id, record, resultTtlMs)
    tasks.noteCancelled(id)
    return { "dropped", id }
  end
  if recordIsWatched and isWatched ~= false and recordIsWatched(id, true) then
    tasks.writeRecord(id, tasks.newRecord(id, "queued", born), args[7])
    return nil, { "created", id }
  end
  return nil, { "created", id }, args[5] .. " " .. resultTtlMs .. " " .. born.enqueuedAtMs .. " " .. args[12] .. "\n" .. args[4]
end

-- One task in, by a stock script that adds: through the door if it is ours, and into its group at once.
function tasks.add(stockAdd, keys, args)
  if not args[4] then
    local reply = stockAdd(keys, args)
    tasks.ingestRaw("4")
    return reply
  end
  local refusal, accepted, rec = tasks.admit({ unpack(args, 4) })
  if refusal then return refusal end
  stockAdd(keys, args)
  if rec then call("HSET", QUEUE .. args[4], "gid", args[6], "rec", rec) end
  tasks.ingestRaw("4", { [args[4]] = args[6] })
  return accepted
end
