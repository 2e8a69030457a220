-- Does what is due, and tells how it stands.
-- returns { changed, counts, offset, epoch }

return inbox.reply(inbox.settle())
