-- Replaces what a user wants.
-- ARGV[3] json
-- ARGV[4] muted   categories, separated by a space
-- returns 1

call("DEL", PREFERENCES)
call("HSET", PREFERENCES, "json", ARGV[3])
for category in string.gmatch(ARGV[4], "%S+") do
  call("HSET", PREFERENCES, "mute:" .. category, "1")
end
return 1
