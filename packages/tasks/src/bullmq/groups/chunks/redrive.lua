-- A failed task gets a new life: a new number, which is the end of its group, and all its attempts.

-- The stock script for everybody who wants one task again.
function tasks.reprocess(keys, args)
  tasks.fitPriorityOf(args[1])
  return stock.reprocessJob(keys, args)
end

-- As many notes as may be kept of the attempts of a task.
local NOTES_MAX = 100

-- Writes among the notes of its attempts that somebody did something to it. note: JSON, see past-act.ts
function tasks.noteAct(id, note, ttlMs)
  call("LPUSH", ATTEMPTS .. id, tasks.nowText() .. " " .. note)
  call("LTRIM", ATTEMPTS .. id, "0", tasks.whole(NOTES_MAX - 1))
  call("PEXPIRE", ATTEMPTS .. id, ttlMs)
end

-- note: nil where nobody has said who it is.
function tasks.forgetFailure(id, note)
  local jobKey = QUEUE .. id
  local group = call("HGET", jobKey, "gid")
  call("HDEL", jobKey, "rec", "gsq", "atm", "stc", "defa", "apt")
  -- What waits is as old as this life of it.
  call("HSET", jobKey, "again", tasks.nowText())
  if group then tasks.unbury(group, id) end
  tasks.noteAct(id, note or '{"act":"retry"}', tasks.reviveRecord(id) or "604800000")
end

-- What a task is instead of a dead letter. returns nil: it is one | "not_failed" | "succeeded" (and its record has expired) | "gone" | "unknown"
function tasks.noLetter(id)
  local record = tasks.readRecord(id)
  local status = record and record.status
  if status and status ~= "failed" then return "not_failed" end
  if call("ZSCORE", FAILED, id) then return nil end
  local isJob = tasks.isJob(id)
  -- It may have succeeded, and have outlived its record.
  local isDone = isJob and not status and call("ZSCORE", QUEUE .. "completed", id)
  return isDone and "succeeded" or isJob and "not_failed" or status and "gone" or "unknown"
end

-- The same for a task by its id, whatever it is. note: see noteAct. returns "queued", or what noLetter says
function tasks.retryTask(id, note)
  local other = tasks.noLetter(id)
  if other then return other end
  local keys = { QUEUE .. id, EVENTS, FAILED, WAIT, META, ACTIVE, MARKER, PRIORITIZED, QUEUE .. "pc" }
  if tasks.reprocess(keys, { id, "LPUSH", "failedReason", "failed", "1", "0" }) ~= 1 then return "gone" end
  tasks.forgetFailure(id, note)
  tasks.ingestFromWait(id)
  tasks.wake()
  return "queued"
end
