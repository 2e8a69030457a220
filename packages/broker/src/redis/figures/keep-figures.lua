-- Writes a row of figures over the one of 24 hours ago, unless another process does that.
--
-- KEYS[1] ring   STRING of rows: the number of the row's time as 32 bits, and its columns
-- KEYS[2] lease  STRING: who writes them
-- ARGV[1] holder   who wants to
-- ARGV[2] row      its columns
-- ARGV[3] everyMs  one row each
-- ARGV[4] rows     as many as the ring has
--
-- returns 1, or 0: another process writes them

local everyMs, rows = tonumber(ARGV[3]), tonumber(ARGV[4])
local holder = redis.call("GET", KEYS[2])
if holder and holder ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[2], ARGV[1], "PX", string.format("%d", 3 * everyMs))
local number = math.floor(nowMs() / everyMs)
local row = struct.pack("<I4", number) .. ARGV[2] -- exact: both are bytes
redis.call("SETRANGE", KEYS[1], string.format("%d", number % rows * #row), row)
redis.call("PEXPIRE", KEYS[1], string.format("%d", (rows + 1) * everyMs))
return 1
