-- Changes a record on behalf of an attempt, unless it is settled or a newer attempt has begun.
-- ARGV[1] id
-- ARGV[2] fence     of the attempt that wants the change
-- ARGV[3] status
-- ARGV[4] percent   JSON, as are message, result and error; empty text leaves the field as it is
-- ARGV[5] message
-- ARGV[6] result
-- ARGV[7] error
-- returns {"changed" | "settled" | "stale" | "unknown", the record as JSON, or false}

return { tasks.changeRecord(ARGV[1], ARGV[2], { ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7] }) }
