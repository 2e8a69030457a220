-- Starts tasks of a paused group again, with a new count of failures.
-- ARGV[1] group

call("HDEL", SETTINGS, "p:" .. ARGV[1])
call("HDEL", FAILS, ARGV[1])
tasks.arm(ARGV[1])
tasks.wake()
