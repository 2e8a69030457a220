-- Somebody removes a task, in a dashboard as a rule. What ran out of sight is gone; what waited is cancelled.
local reply = tasks.removeTask(ARGV[1], ARGV[2], '{"code":"cancelled","message":"removed from the queue"}')
tasks.wake()
return reply
