-- Begins an attempt of a task that had no record when it was taken, and makes one: its producer is not ours.
-- ARGV[1] fence          number of this execution; grows with each
-- ARGV[2] attempt        number of the attempt, from 1
-- ARGV[3] id
-- ARGV[4] handler
-- ARGV[5] group
-- ARGV[6] user
-- ARGV[7] attempts
-- ARGV[8] resultTtlMs
-- ARGV[9] enqueuedAtMs
-- returns {"begun" | "settled" | "stale", the record as JSON}

local fence, attempt, id = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
return { tasks.beginRecord(id, fence, attempt, { handler = ARGV[4], group = ARGV[5], user = ARGV[6], attempts = ARGV[7],
  resultTtlMs = ARGV[8], enqueuedAtMs = ARGV[9] }) }
