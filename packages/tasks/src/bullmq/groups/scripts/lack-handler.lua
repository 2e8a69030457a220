-- A worker has been handed a task whose handler it has not. Called before it gives the task back.
-- ARGV[1] handler
-- ARGV[2] token         of the task's lock, which says whose it is
-- ARGV[3] most          looks through the index, until tasks fail whose handler nobody has
-- ARGV[4] isElsewhere   1: a worker that is alive has it
-- returns 1: give it back; 0: let it fail

return tasks.noteLack(ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == "1")
