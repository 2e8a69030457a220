-- Who looks after the shares, one worker at a time, and what they are.
-- ARGV[1] keeper        a name of the worker's own
-- ARGV[2] holdMs        for how long it looks after them from now on
-- ARGV[3] mayTakeOver   1: it does, whoever does now
-- returns false: another worker does; or the shares: handler and tasks at the same time by turns

if ARGV[3] ~= "1" and (call("GET", SHARE_KEEPER) or ARGV[1]) ~= ARGV[1] then return false end
call("SET", SHARE_KEEPER, ARGV[1], "PX", ARGV[2])
return call("HGETALL", SHARES)
