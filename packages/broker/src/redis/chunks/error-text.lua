-- Of what a script has caught by pcall.
--
-- What Redis says begins with a word for programs, and is a text or a table with one, by its version; what Lua says is a text.
-- returns the text of an error reply
local function errorText(failure)
  local text = type(failure) == "table" and failure.err or failure
  return string.match(text, "^%u+ ") and text or "ERR " .. text
end
