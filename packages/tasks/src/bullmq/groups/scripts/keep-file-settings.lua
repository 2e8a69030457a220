-- Forgets settings of groups that no longer stand in the settings file.
-- ARGV[1] kept   JSON list of the groups that do

local kept = {}
for _, group in ipairs(cjson.decode(ARGV[1])) do kept["f:" .. group] = true end -- exact: names are texts
for _, field in ipairs(call("HKEYS", SETTINGS)) do
  if string.sub(field, 1, 2) == "f:" and not kept[field] then call("HDEL", SETTINGS, field) end
end
