-- Takes calls that were popped off their lane. Each is handed out once: those that are not there any more are over.
-- ARGV[1] ids   separated by spaces
-- returns {id, message, ms until the deadline, …}

local taken = {}
for id in string.gmatch(ARGV[1], "%S+") do
  local leftMs = redis.call("PTTL", CALL .. id)
  local message = redis.call("GETDEL", CALL .. id)
  if message then
    taken[#taken + 1] = id
    taken[#taken + 1] = message
    taken[#taken + 1] = leftMs
  end
end
return taken
