-- A dead letter that nobody wants to run again leaves the queue with all it carries. Its record stays as it is and says why it failed, for as
-- long as it would have.

-- note: see noteAct. returns "discarded", or what noLetter says
function tasks.discardTask(id, note)
  local other = tasks.noLetter(id)
  if other then return other end
  -- As who removes it in a dashboard does: a flow that waits for it goes on without it. Its record is settled, and is not cancelled.
  if tasks.removeTask(id, "0", "") == 1 then
    -- It is told as long as what it is told of; of none that has no record any more.
    local leftMs = call("PTTL", RECORD .. id)
    if leftMs > 0 then tasks.noteAct(id, note, tasks.whole(leftMs)) end
    return "discarded"
  end
  -- What lies under its id is no job, and holds its place for ever.
  call("ZREM", FAILED, id)
  return "gone"
end
