-- Removes items of one user.
-- ARGV[3] ids   separated by a space
-- returns { changed, counts, offset, epoch }

inbox.settle()

local removed, named = {}, {}
for id in string.gmatch(ARGV[3], "%S+") do
  if not named[id] and call("HEXISTS", ITEMS, id) == 1 then
    removed[#removed + 1] = id
  end
  named[id] = true
end
inbox.forget(removed)
if #removed > 0 then
  inbox.tell('{"type":"removed","ids":' .. inbox.idsJson(removed))
  inbox.live()
end
return inbox.reply(#removed)
