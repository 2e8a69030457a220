-- The queue is destroyed, some jobs at a time; the index with the last of them. Settings stay, and records go by their age.
local reply = stock.obliterate(KEYS, ARGV)
if reply == 0 then
  for _, key in ipairs({ READY, LIMITED, ACTS }) do
    local groups = key == ACTS and call("SMEMBERS", key) or call("ZRANGE", key, "0", "-1")
    for _, group in ipairs(groups) do
      call("DEL", G_QUEUE .. group, G_PLACES .. group, G_WINDOW .. group, G_DEAD .. group)
    end
  end
  call("DEL", ACTS, READY, LIMITED, TIMES, FAILS, SEQ, CHECKED, WHOLE)
end
return reply
