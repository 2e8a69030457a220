-- The end of an attempt: what the worker wants written into the record travels behind the stock script's own arguments and
-- is written if, and only if, the stock script accepts the move.

-- from: where the ending begins in args, with the token; the rest is absent or empty when there is nothing to write. Called before the job
-- is moved, as its record may follow from the job as it is now. record: where it was read already
function tasks.endingOf(args, from, id, record)
  if (args[from + 1] or "") == "" then return nil end
  return { record = record or tasks.readRecord(id), token = args[from], fence = args[from + 1],
    change = { args[from + 2], args[from + 3], args[from + 4], args[from + 5], args[from + 6], args[from + 7] } }
end

-- The lock ran out, in an outage as a rule, and the task may already have been put back; but nobody has started it again.
-- It is still this worker's then, and a result must not be thrown away for a formality. `ats` grows with every start, so the
-- same number means that nobody came in between.
function tasks.reclaim(id, ending) -- seldom
  if not ending then return end
  local jobKey = QUEUE .. id
  if call("EXISTS", jobKey .. ":lock") == 1 then return end
  local job = call("HMGET", jobKey, "ats", "gid")
  if job[1] ~= ending.fence then return end
  if not call("LPOS", ACTIVE, id) then
    if call("ZREM", PRIORITIZED, id) + call("LREM", WAIT, "1", id) == 0 then return end
    if job[2] then
      call("ZREM", G_QUEUE .. job[2], id)
      -- It has lost its place by being put back, and may need it yet: between two attempts nothing overtakes it.
      tasks.takePlace(job[2], id, 0)
    end
    call("LPUSH", ACTIVE, id)
  end
  call("SET", jobKey .. ":lock", ending.token, "PX", 10000)
end

-- returns what changeRecord says of it, or false
function tasks.writeEnding(id, ending)
  if not ending then return false end
  local verdict = tasks.changeRecord(id, ending.fence, ending.change, ending.record)
  return verdict
end
