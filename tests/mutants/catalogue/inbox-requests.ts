import type { MutantGroup } from "../mutant.ts";

const marking = ["packages/inbox/src/redis/inbox-marking.redis.test.ts"];
const reading = ["packages/inbox/src/redis/inbox-reading.redis.test.ts"];
const asking = ["packages/inbox/src/requests"];

/** What is noted of a notification, and what requests of inboxes may say. */
export const inboxRequestMutants: MutantGroup = {
  name: "inbox-requests",
  root: "packages/inbox/src",
  tests: asking,
  mutants: [
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
