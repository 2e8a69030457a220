-- An attempt failed and another comes at once: back to its old place. The ending begins at ARGV[7].
local id = ARGV[4]
local ending = tasks.endingOf(ARGV, 7, id)
tasks.reclaim(id, ending)
local reply = stock.retryJob(KEYS, ARGV)
if reply ~= 0 then return reply end
local ended = tasks.writeEnding(id, ending)
tasks.ingestFromWait(id)
tasks.wake()
return { 0, 0, 0, 0, false, ended }
