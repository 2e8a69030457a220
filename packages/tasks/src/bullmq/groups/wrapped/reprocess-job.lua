-- Somebody retries a finished task. A failed one gets a new life, at the end of its group and with all its attempts; one that
-- succeeded stays succeeded, whoever takes it meets its settled record.
local args = { unpack(ARGV) }
args[5] = "1"
local reply = tasks.reprocess(KEYS, args)
if reply == 1 then
  tasks.forgetFailure(ARGV[1])
  tasks.ingestFromWait(ARGV[1])
  tasks.wake()
end
return reply
