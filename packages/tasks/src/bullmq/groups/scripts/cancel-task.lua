-- Ends a task wherever it is. A worker that runs it is told.
-- ARGV[1] id
-- ARGV[2] failure         JSON for the record's `error`
-- ARGV[3] cancelChannel   pub/sub: ids of running tasks that were cancelled
-- returns {"cancelled" | "settled" | "unknown", the record as JSON, or false}

local id, failure, cancelChannel = ARGV[1], ARGV[2], ARGV[3]
return { tasks.cancelTask(id, failure, cancelChannel) }
