-- Keeps what the attempts of handlers take for a time without workers, as after a restart.
-- ARGV[1] paces     JSON list of texts by turns: handler, "<seconds> <attempt seconds>"
-- ARGV[2] keepMs    for how long from now on
-- ARGV[3] most      handlers that are kept; of more nothing new is

local paces = cjson.decode(ARGV[1]) -- exact: texts
for index = 1, #paces, 2 do
  if call("HLEN", PACES) < tonumber(ARGV[3]) or call("HEXISTS", PACES, paces[index]) == 1 then -- exact: texts
    call("HSET", PACES, paces[index], paces[index + 1]) -- exact: texts
  end
end
call("PEXPIRE", PACES, ARGV[2])
