-- Starts tasks of a paused group again, with a new count of failures.
-- ARGV[1] group

call("HDEL", SETTINGS, "p:" .. ARGV[1])
call("HDEL", PAUSES, ARGV[1])
call("HDEL", FAILS, ARGV[1])
-- What it was paused for is not the age of its tasks (read-backlog.lua). What has waited for a day since is late, whatever was before.
call("SET", G_RESUMED .. ARGV[1], tasks.nowText(), "EX", "86400")
tasks.arm(ARGV[1])
tasks.wake()
