-- A worker that must stop hands its task back: to its old place. The ending begins at ARGV[4].
local id = ARGV[1]
local ending = tasks.endingOf(ARGV, 4, id)
tasks.reclaim(id, ending)
local reply = stock.moveJobFromActiveToWait(KEYS, ARGV)
if reply < 0 then return reply end
local ended = tasks.writeEnding(id, ending)
tasks.ingestFromWait(id)
tasks.wake()
return { reply, 0, 0, 0, false, ended }
