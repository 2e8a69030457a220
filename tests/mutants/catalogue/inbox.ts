import type { MutantGroup } from "../mutant.ts";

const adding = ["packages/inbox/src/redis/inbox-adding.redis.test.ts"];
const marking = ["packages/inbox/src/redis/inbox-marking.redis.test.ts"];
const reading = ["packages/inbox/src/redis/inbox-reading.redis.test.ts"];
const counting = ["packages/inbox/src/redis/inbox-counts.redis.test.ts"];
const asking = ["packages/inbox/src/requests"];
const atGateways = ["tests/inbox"];

/** Inboxes in Redis: what is kept, counted and told, and what requests may say. */
export const inboxMutants: MutantGroup = {
  name: "inbox",
  root: "packages/inbox/src",
  tests: [...counting, ...adding, ...marking],
  mutants: [
    {
      file: "redis/chunks/inbox.lua",
      find: "math.max(last + 1, time[1] * 1000000 + time[2])",
      replace: "time[1] * 1000000 + time[2]",
      breaks: "A seq is never given out twice, whatever the clock does.",
      tests: adding,
    },
    {
      file: "redis/chunks/inbox.lua",
      find: 'call("ZCOUNT", UNREAD, "(" .. seen, "+inf")',
      replace: 'call("ZCOUNT", UNREAD, seen, "+inf")',
      breaks: "What the mark of what was seen stands on was seen.",
      tests: marking,
    },
    {
      file: "redis/chunks/inbox.lua",
      find: 'call("ZREM", UNREAD_BY, item.category .. " " .. id)\n  state.readMs = NOW_TEXT',
      replace: "state.readMs = NOW_TEXT",
      breaks: "The count of a category is a recount of its unread items.",
    },
    {
      file: "redis/chunks/inbox.lua",
      find: '    from = "[" .. name .. "!"',
      replace: '    from = "[" .. name .. "~"',
      breaks: "Categories whose names begin alike are all counted.",
      tests: adding,
    },
    {
      file: "redis/chunks/inbox.lua",
      find: '  call("HDEL", STATES, unpack(ids))\n',
      replace: "",
      breaks: "Nothing remains of an item that is gone.",
    },
    {
      file: "redis/chunks/inbox.lua",
      find: 'state.seq, state.snoozedMs = inbox.nextSeq(), "0"',
      replace: 'state.snoozedMs = "0"',
      breaks: "What wakes is on top and unseen.",
      tests: marking,
    },
    {
      file: "redis/chunks/inbox.lua",
      find: "    if index ~= 10 then",
      replace: "    if index == 1 then",
      breaks: "All keys of an inbox live equally long.",
      tests: adding,
    },
    {
      file: "redis/chunks/inbox.lua",
      find: 'inbox.tell(\'{"type":"removed","ids":\' .. inbox.idsJson(expired))',
      replace: "inbox.countsJson()",
      breaks: "Pages are told of what has expired.",
      tests: adding,
    },
    {
      file: "redis/chunks/inbox.lua",
      find: "  inbox.rememberGone(ids)\n",
      replace: "",
      breaks:
        "A notification that is added once more does not bring back what has expired, was replaced or had to make room.",
      tests: adding,
    },
    {
      file: "redis/scripts/inbox-add.lua",
      find: " or inbox.isGone(id) then",
      replace: " then",
      breaks: "A notification that is added once more does not bring back what was removed.",
      tests: adding,
    },
    {
      file: "redis/scripts/inbox-add.lua",
      find: 'if ARGV[9] ~= "1" and call',
      replace: "if call",
      breaks: "A critical notification is stored whatever is muted.",
    },
    {
      file: "redis/scripts/inbox-add.lua",
      find: 'if call("ZCARD", VISIBLE) > call("ZCARD", UNREAD) then',
      replace: "if false then",
      breaks: "In a full inbox what is read gives way before what is unread.",
      tests: adding,
    },
    {
      file: "redis/scripts/inbox-add.lua",
      find: 'call("ZRANGE", ARCHIVED, "0", "0")[1]',
      replace: 'call("ZRANGE", ARCHIVED, "-1", "-1")[1]',
      breaks: "The oldest gives way first.",
      tests: adding,
    },
    {
      file: "redis/scripts/inbox-add.lua",
      find: 'while call("HLEN", ITEMS) >= tonumber(ARGV[10]) do',
      replace: 'while call("HLEN", ITEMS) > tonumber(ARGV[10]) do',
      breaks: "An inbox holds max_items and no more.",
    },
    {
      file: "redis/scripts/inbox-add.lua",
      find: "whole(tonumber(item.times) + 1)",
      replace: '"2"',
      breaks: "An item tells how often its key has come.",
    },
    {
      file: "redis/scripts/inbox-add.lua",
      find: "whole(math.min(tonumber(expiresAtMs), latestMs))",
      replace: "whole(tonumber(expiresAtMs))",
      breaks: "No item stays longer than item_ttl.",
      tests: adding,
    },
    {
      file: "redis/scripts/inbox-mark.lua",
      find: 'if item and (category == "" or item.category == category) then',
      replace: "if item then",
      breaks: "A mark of one category leaves the others alone.",
      tests: marking,
    },
    {
      file: "redis/scripts/inbox-mark.lua",
      find: "if #changed > 0 then",
      replace: "if true then",
      breaks: "What changes nothing is not told.",
      tests: marking,
    },
    {
      file: "redis/scripts/inbox-mark.lua",
      find: "    inbox.setRead(id, item, state)\n    call",
      replace: "    call",
      breaks: "What is archived is read.",
      tests: marking,
    },
    {
      file: "redis/scripts/inbox-act.lua",
      find: 'if state.action ~= "," then',
      replace: "if false then",
      breaks: "The first action of an item stands.",
      tests: marking,
    },
    {
      file: "redis/scripts/inbox-seen.lua",
      find: 'math.min(tonumber(ARGV[3]), tonumber(marks[1] or "0"))',
      replace: "tonumber(ARGV[3])",
      breaks: "What comes later was not seen, however far a client says it has seen.",
      tests: marking,
    },
    {
      file: "redis/scripts/inbox-seen.lua",
      find: 'if upTo <= tonumber(marks[2] or "0") then',
      replace: 'if upTo == tonumber(marks[2] or "0") then',
      breaks: "The mark of what was seen is never lowered.",
      tests: marking,
    },
    {
      file: "redis/scripts/inbox-snooze.lua",
      find: 'call("ZREM", ARCHIVED, id)\n',
      replace: "",
      breaks: "A snoozed item is in no list.",
      tests: marking,
    },
    {
      file: "redis/scripts/inbox-read.lua",
      find: "more = last",
      replace: "more = seq",
      breaks: "Pages follow each other without a hole.",
      tests: reading,
    },
    {
      file: "redis/scripts/inbox-read.lua",
      find: "bytes > maxBytes and #found > 0",
      replace: "false",
      breaks: "A page ends at 256 KiB.",
      tests: reading,
    },
    {
      file: "redis/scripts/inbox-status.lua",
      find: 'tonumber(state.seq) > seen and "unseen" or "seen"',
      replace: '"unseen"',
      breaks: "Escalation is told that an item was seen.",
      tests: marking,
    },
    {
      file: "redis/scripts/inbox-erase.lua",
      find: "inbox.rememberGone(ids)",
      replace: "inbox.live()",
      breaks: "What was erased does not come back when its notification is added once more.",
      tests: reading,
    },
    {
      file: "redis/scripts/inbox-erase.lua",
      find: "forgetStep(STREAM)",
      replace: "inbox.live()",
      breaks: "Erasing a user erases what the channel has kept.",
      tests: reading,
    },
    {
      file: "redis/scripts/inbox-rebuild.lua",
      find: '    call("ZADD", DUE, item.dueMs, id)\n',
      replace: "",
      breaks: "Items expire after a rebuild, too.",
    },
    {
      file: "redis/scripts/note-notification.lua",
      find: "if known[1] and known[1] ~= digest then",
      replace: "if false then",
      breaks: "An idempotency key belongs to one request.",
      tests: reading,
    },
    {
      file: "redis/notification-log.ts",
      find: '      await answered(redis.hset(entry, "recalled", "1"));\n',
      replace: "",
      breaks: "A fan-out that goes on after a recall is told to stop.",
      tests: reading,
    },
    {
      file: "redis/redis-inbox.ts",
      find: "      await waking.note(user, untilMs);\n",
      replace: "",
      breaks: "What wakes reaches an open page.",
      tests: marking,
    },
    {
      file: "requests/parse-notification.ts",
      find: "/^\\/(?!\\/)/.test(value)",
      replace: '"/" === value.slice(0, 1)',
      breaks: "A url with two slashes in front is another site, and is refused.",
      tests: asking,
    },
    {
      file: "requests/parse-notification.ts",
      find: "value.length > max && Array.from(value).length > max",
      replace: "value.length > max",
      breaks: "An emoji is one character of a title.",
      tests: asking,
    },
    {
      file: "requests/parse-mark.ts",
      find: "if ((ids === undefined) === (upTo === undefined))",
      replace: "if (ids === undefined && upTo === undefined)",
      breaks: "A mark names ids or a place, never both.",
      tests: asking,
    },
  ],
};

/** What clients get of them. */
export const inboxDoorMutants: MutantGroup = {
  name: "inbox-doors",
  root: "apps/gateway/src",
  tests: atGateways,
  mutants: [
    {
      file: "session/own-inbox.ts",
      find: 'user === "" || channel !== inboxChannel(user)',
      replace: 'user === "" || !channel.startsWith("inbox:")',
      breaks: "A channel inbox:… is open to its own user alone.",
    },
    {
      file: "session/subscribe-client.ts",
      find: "snapshot === undefined || place.recovery?.isComplete === true",
      replace: "true",
      breaks: "Who has missed too much begins with what is in the inbox.",
    },
    {
      file: "session/subscribe-client.ts",
      find: "return { position, snapshotJson: dataJson };",
      replace: "return { position: { ...position, offset: 0 }, snapshotJson: dataJson };",
      breaks: "A snapshot and the position it is of belong together.",
    },
    {
      file: "doors/centrifuge/commands/inbox-rpc.ts",
      find: '  if (user === "") return refuse("permissionDenied", "the anonymous user has no inbox");\n',
      replace: "",
      breaks: "The anonymous user has no inbox.",
    },
  ],
};
