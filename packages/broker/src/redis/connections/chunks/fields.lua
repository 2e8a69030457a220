-- Lists of texts in one argument, each as "<bytes> <text>": exact whatever the texts hold.

-- returns them as a table
local function unpackFields(packed)
  local fields, place = {}, 1
  while place <= #packed do
    local length, from = string.match(packed, "^(%d+) ()", place)
    place = from + length
    fields[#fields + 1] = string.sub(packed, from, place - 1)
  end
  return fields
end

-- Entries of users in a sorted set whose scores are all the same: "<bytes of user>:<user>:<client> <lease>".

-- returns how those of a user begin
local function userEntries(user)
  return string.format("%d:", #user) .. user .. ":"
end

-- returns how many a user has
local function countUser(users, user)
  local begin = "[" .. userEntries(user)
  return redis.call("ZLEXCOUNT", users, begin, begin .. "\255")
end
