-- Forgets settings of groups that no longer stand in the settings file, some at a time.
-- ARGV[1] kept     JSON list of the groups that do
-- ARGV[2] cursor   of HSCAN; "0": begin
-- returns the next cursor; "0": that was all

local kept = {}
for _, group in ipairs(cjson.decode(ARGV[1])) do kept["f:" .. group] = true end -- exact: names are texts
local page = call("HSCAN", SETTINGS, ARGV[2], "COUNT", "200")
for index = 1, #page[2], 2 do
  local field = page[2][index]
  if string.sub(field, 1, 2) == "f:" and not kept[field] then call("HDEL", SETTINGS, field) end
end
return page[1]
