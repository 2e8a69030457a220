-- Keeps a result that is too large for an answer, as that of a task which has succeeded. Among tasks, so not a step of the lane.
-- ARGV[1] id
-- ARGV[2] handler
-- ARGV[3] user          who may see it; empty: nobody but the back end
-- ARGV[4] result        JSON on one line
-- ARGV[5] resultTtlMs
-- returns 1

local record = tasks.newRecord(ARGV[1], "succeeded", { handler = ARGV[2], group = "", user = ARGV[3], attempts = "1",
  resultTtlMs = ARGV[5], enqueuedAtMs = tasks.nowText() })
record.percent, record.attempt, record.startedAtMs, record.result = "100", "1", tasks.nowText(), ARGV[4]
tasks.settle(ARGV[1], record)
return 1
