-- A dead letter that nobody wants to run again leaves the queue with all it carries. Its record stays as it is and says why it failed, for as
-- long as it would have.

-- returns "discarded", or what noLetter says
function tasks.discardTask(id)
  local other = tasks.noLetter(id)
  if other then return other end
  -- As who removes it in a dashboard does: a flow that waits for it goes on without it. Its record is settled, and is not cancelled.
  if tasks.removeTask(id, "0", "") == 1 then return "discarded" end
  -- What lies under its id is no job, and holds its place for ever.
  call("ZREM", FAILED, id)
  return "gone"
end
