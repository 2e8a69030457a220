-- Somebody does not want to wait for a task's delay: it enters its group now, one between two attempts at its old place.
tasks.fitPriorityOf(ARGV[2])
local reply = stock.promote(KEYS, ARGV)
if reply == 0 then
  call("ZADD", RETRYING, "XX", tasks.whole(tasks.nowMs() * 0x1000), ARGV[2])
  tasks.ingestFromWait(ARGV[2])
  tasks.wake()
end
return reply
