-- The queue is destroyed, some jobs at a time; the index with the last of them, some groups at a time. Settings stay, and records go by
-- their age. returns 0 when nothing is left, 1 when there is more to do
local reply = stock.obliterate(KEYS, ARGV)
if reply ~= 0 then return reply end
local groups = call("SPOP", ACTS, "200")
for _, key in ipairs({ READY, LIMITED, DEAD }) do
  local popped = call("ZPOPMIN", key, "200")
  for index = 1, #popped, 2 do groups[#groups + 1] = popped[index] end
end
for _, group in ipairs(groups) do
  call("DEL", G_QUEUE .. group, G_PLACES .. group, G_WINDOW .. group, G_DEAD .. group) -- exact: names are texts
end
if #groups > 0 then
  -- The stock script has taken this with the last job, and wants it the next time.
  call("HSET", META, "paused", "1")
  return 1
end
for _, key in ipairs({ SHARES, LACKS }) do
  for _, handler in ipairs(call("HKEYS", key)) do
    call("DEL", G_SHARE .. handler, G_ASIDE .. handler, G_PARKED .. handler, G_LACK .. handler) -- exact: names are texts
  end
end
call("DEL", RETRYING, LACKS, SHARED, TIMES, FAILS, SEQ, CHECKED, WHOLE)
return 0
