import type { MutantGroup } from "../mutant.ts";

const kept = [
  "packages/broker/src/redis/channel/announce-task.redis.test.ts",
  "packages/broker/src/redis/channel/key-life.redis.test.ts",
];
const reading = [
  "packages/broker/src/redis/redis-broker.redis.test.ts",
  "packages/broker/src/redis/channel/bounded-reads.redis.test.ts",
  ...kept,
];
const together = ["packages/broker/src/redis/channel/history-queue.redis.test.ts"];

/** Streams of channels in Redis: reading and forgetting. */
export const historyMutants: MutantGroup = {
  name: "histories",
  root: "packages/broker/src",
  tests: reading,
  mutants: [
    {
      file: "redis/channel/history.lua",
      find: 'redis.call("PEXPIRE", meta, metaTtlMs)',
      replace: 'redis.call("EXISTS", meta)',
      breaks: "A position that was only read is forgotten in the end.",
    },
    {
      file: "redis/channel/history.lua",
      find: 'redis.call("HSET", meta, "e", epoch, "r", server)',
      replace: 'redis.call("EXISTS", meta)',
      breaks: "The epoch that a reader of an empty channel was told stays true.",
    },
    {
      file: "redis/channel/history.lua",
      find: "if bytes + size > maxBytes and #found > 0 then",
      replace: "if false then",
      breaks: "One reading of a history is bounded in bytes.",
    },
    {
      file: "redis/channel/history.lua",
      find: "if bytes + size > maxBytes and #found > 0 then",
      replace: "if bytes + size > maxBytes then",
      breaks: "One publication is read whatever its size.",
    },
    {
      file: "redis/channel/history.lua",
      find: "return replyOf(top, epoch, found, 1, bytes)",
      replace: "return replyOf(top, epoch, found, 0, bytes)",
      breaks: "A reader is told that its page was cut.",
    },
    {
      file: "redis/channel/history.lua",
      find: '("(" .. since .. "-0")',
      replace: '(since .. "-0")',
      breaks: "What is read since an offset begins behind it.",
    },
    {
      file: "redis/channel/history.lua",
      find: 'from = "(" .. page[#page][1]',
      replace: "from = page[#page][1]",
      breaks: "A long reading repeats no publication.",
    },
    {
      file: "redis/channel/history.lua",
      find: "or not reverse and top > sinceOffset)",
      replace: "or not reverse and top >= sinceOffset)",
      breaks: "Who has the newest record of a task is not handed it again.",
      tests: kept,
    },
    {
      file: "redis/channel/history.lua",
      find: "if spent > turnBytes then",
      replace: "if false then",
      breaks: "Readings of one turn that come to many bytes are spread over scripts.",
      tests: together,
    },
    {
      file: "redis/channel/history.lua",
      find: "replies[one] = isDone and reply or { err = errorText(reply) }",
      replace: "replies[one] = isDone and reply or error(reply)",
      breaks: "A reading that Redis cannot do leaves the others of its turn alone.",
      tests: together,
    },
    {
      file: "redis/channel/history.lua",
      find: '(fields[6] or "-")',
      replace: '"-"',
      breaks: "A publication behind a leap names the one before it, also when it is read.",
      tests: ["packages/broker/src/redis/channel/leap.redis.test.ts"],
    },
    {
      file: "redis/channel/remove-history.lua",
      find: 'redis.call("UNLINK", stream)',
      replace: 'redis.call("EXISTS", stream)',
      breaks: "A removed history is gone.",
    },
    {
      file: "redis/channel/remove-history.lua",
      find: 'redis.call("PEXPIRE", meta, metaTtlMs)',
      replace: 'redis.call("EXISTS", meta)',
      breaks: "The position of a channel whose kept state was removed is forgotten in the end.",
      tests: kept,
    },
  ],
};
