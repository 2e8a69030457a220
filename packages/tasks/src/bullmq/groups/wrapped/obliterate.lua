-- The queue is destroyed, some jobs at a time; the index with the last of them. Records go by their age.
local reply = stock.obliterate(KEYS, ARGV)
if reply == 0 then
  for _, key in ipairs({ ACTS, READY, LIMITED, PAUSED }) do
    local groups = key == ACTS and redis.call("SMEMBERS", key) or key == PAUSED and redis.call("HKEYS", key)
      or redis.call("ZRANGE", key, 0, -1)
    for _, group in ipairs(groups) do
      redis.call("DEL", queueOf(group), placesOf(group), windowOf(group), deadOf(group))
    end
  end
  redis.call("DEL", ACTS, READY, LIMITED, PAUSED, TIMES, FAILS, SEQ, CHECKED)
end
return reply
