import type { MutantGroup } from "../mutant.ts";

const kept = [
  "packages/broker/src/redis/channel/announce-task.redis.test.ts",
  "packages/broker/src/redis/channel/key-life.redis.test.ts",
];
const whole = "packages/broker/src/redis/redis-broker.redis.test.ts";
const publishing = [whole, "packages/broker/src/redis/channel/leap.redis.test.ts", ...kept];
const together = ["packages/broker/src/redis/channel/publish-queue.redis.test.ts"];
const numbers = ["packages/broker/src/redis/channel/large-offsets.redis.test.ts"];
const sharing = ["packages/broker/src/redis/channel/publish-sharing.redis.test.ts"];

/** Streams of channels in Redis: publishing; reading and forgetting are in histories.ts. */
export const channelMutants: MutantGroup = {
  name: "channels",
  root: "packages/broker/src",
  tests: publishing,
  mutants: [
    {
      file: "redis/channel/chunks/append.lua",
      find: 'redis.call("PEXPIRE", stream, history.ttlMs)',
      replace: 'redis.call("EXISTS", stream)',
      breaks: "A channel's history is gone when nothing was published for as long as it is kept.",
    },
    {
      file: "redis/channel/chunks/append.lua",
      find: 'redis.call("PEXPIRE", meta, history.metaTtlMs)',
      replace: 'redis.call("EXISTS", meta)',
      breaks: "A channel's position is forgotten in the end.",
    },
    {
      file: "redis/channel/publish.lua",
      find: 'redis.call("PEXPIRE", more.remembered, more.idempotencyTtlMs)',
      replace: 'redis.call("EXISTS", more.remembered)',
      breaks: "An idempotency key is forgotten when its time is over.",
    },
    {
      file: "redis/channel/chunks/append.lua",
      find: "if not channel.isOurs then",
      replace: "if false then",
      breaks: "After a restart of Redis no offset is given out a second time.",
    },
    {
      file: "redis/channel/publish.lua",
      find: "pcall(publish, stream, meta, body, pubsub, readTerms(terms), more)",
      replace: "true, publish(stream, meta, body, pubsub, readTerms(terms), more)",
      breaks: "A publication that fails does not keep those of the same turn from theirs.",
      tests: together,
    },
    {
      file: "redis/channel/chunks/append.lua",
      find: 'redis.call("XTRIM", stream, "MAXLEN", history.size)',
      replace: 'redis.call("EXISTS", stream)',
      breaks: "A history holds history_size publications and no more, also where many come in one turn.",
      tests: sharing,
    },
    {
      file: "redis/channel/chunks/append.lua",
      find: "if not channel.isOurs or channel.offset == 0 then",
      replace: "if not channel.isOurs then",
      breaks: "A full Redis refuses the first publication of a channel that is counted on.",
      tests: sharing,
    },
    {
      file: "redis/channel/publish.lua",
      find: "if version > 0 or showsState then",
      replace: "if showsState then",
      breaks: "A version finds in Redis what was published before it in the same turn.",
      tests: sharing,
    },
    {
      file: "redis/channel/publish-queue.ts",
      find: "piece.length === publicationsMax || ",
      replace: "",
      breaks: "A script that publishes does not hold up everybody else of its Redis.",
      tests: together,
    },
    {
      file: "redis/channel/publish.lua",
      find: 'version <= tonumber(known[1] or "0")',
      replace: 'version < tonumber(known[1] or "0")',
      breaks: "A version that was published already is suppressed.",
    },
    {
      file: "redis/channel/publish.lua",
      find: 'local isComparable = more.versionEpoch == "" or more.versionEpoch == known[2]',
      replace: "local isComparable = true",
      breaks: "Versions of different epochs are not compared.",
    },
    {
      file: "redis/channel/chunks/append.lua",
      find: 'redis.pcall("XADD", stream, "MAXLEN", history.size, id, "b", body, "t", timeMs)',
      replace: 'redis.pcall("XADD", stream, id, "b", body, "t", timeMs)',
      breaks: "A history holds history_size publications and no more.",
    },
    {
      file: "redis/channel/chunks/append.lua",
      find: 'channel.epoch == "" or offset >= 9e15',
      replace: 'channel.epoch == ""',
      breaks: "Offsets beyond what a double holds are never given out.",
      tests: numbers,
    },
    {
      file: "redis/channel/chunks/append.lua",
      find: "if channel.offset == 0 then",
      replace: "if false then",
      breaks: "A stream whose counter was lost begins anew.",
    },
    {
      file: "redis/channel/chunks/append.lua",
      find: 'redis.call("DEL", stream)\n  redis.call("XADD", stream, "1-0",',
      replace: 'redis.call("XADD", stream, "1-0",',
      breaks: "A new life of a channel does not begin with publications of the old one.",
    },
    {
      file: "redis/channel/publish.lua",
      find: 'return resultText(result[1], "0 1", result[2])',
      replace: 'return resultText(result[1], "0 0", result[2])',
      breaks: "A publisher is told that its publication was a repetition.",
    },
    {
      file: "redis/channel/publish.lua",
      find: 'if idempotencyTtlMs > 0 then\n    redis.call("HSET", more.remembered',
      replace: 'if idempotencyTtlMs > 0 and keepsHistory then\n    redis.call("HSET", more.remembered',
      breaks: "Idempotency keys count in channels without history.",
    },
    {
      file: "redis/channel/publish.lua",
      find: '"r", server, "v", state.version)',
      replace: '"r", server)',
      breaks:
        "A record that is older than the one the channel shows stays behind it when the channel becomes a stream.",
    },
    {
      file: "redis/channel/chunks/append.lua",
      find: '"p", previous)',
      replace: '"p", string.format("%d", offset - 1))',
      breaks: "A publication after a leap says what came before it.",
      tests: [
        "packages/broker/src/redis/channel/leap.redis.test.ts",
        "packages/broker/src/redis/redis-broker.redis.test.ts",
      ],
    },
    {
      file: "redis/channel/chunks/kept-state.lua",
      find: 'state.json .. "\\n" .. state.rest, "KEEPTTL")',
      replace: 'state.json .. "\\n" .. state.rest)',
      breaks: "A kept state lives no longer for being displaced by a stream.",
      tests: kept,
    },
    {
      file: "redis/channel/chunks/kept-state.lua",
      find: 'redis.call("HDEL", state.jobKey, "rec")',
      replace: "",
      breaks: "A record that is written is not derived from its job any more.",
      tests: kept,
    },
    {
      file: "redis/channel/chunks/announce-task.lua",
      find: 'if tonumber(seq) <= tonumber(known[1] or "0") then return place end',
      replace: "",
      breaks: "A record that is older than what the channel shows is not announced.",
      tests: kept,
    },
    {
      file: "redis/channel/chunks/announce-task.lua",
      find: 'if known[3] then redis.call("DEL", meta, CHANNEL .. id .. ":stream") end',
      replace: "",
      breaks: "A channel that shows a kept state again has no stream beside it.",
      tests: kept,
    },
    {
      file: "follows-position.ts",
      find: "offset <= next.previousOffset",
      replace: "offset >= 0",
      breaks: "A hole in front of the first publication read is seen.",
      tests: ["packages/broker/src/follows-position.test.ts"],
    },
    {
      file: "follows-position.ts",
      find: "offset <= history.offset",
      replace: "offset >= 0",
      breaks: "A position beyond the top is not continued from.",
      tests: ["packages/broker/src/follows-position.test.ts"],
    },
  ],
};
