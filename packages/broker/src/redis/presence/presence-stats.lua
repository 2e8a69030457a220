-- Counts a channel's clients and users, and says on which nodes the clients are.
--
-- KEYS[1] members   HASH client to entry
-- KEYS[2] users     HASH user to number of clients
-- KEYS[3] nodes     HASH node to number of clients
--
-- returns { clients, users, { node, … } }

local members, users, nodes = KEYS[1], KEYS[2], KEYS[3]
return { redis.call("HLEN", members), redis.call("HLEN", users), redis.call("HKEYS", nodes) }
