import type { MutantGroup } from "../mutant.ts";

const store = [
  "packages/tasks/src/bullmq/strange-jobs.redis.test.ts",
  "packages/tasks/src/redis/record-store.redis.test.ts",
  "packages/tasks/src/bullmq/tasks.redis.test.ts",
];
const lives = [
  "packages/tasks/src/bullmq/strange-jobs.redis.test.ts",
  "packages/tasks/src/redis/record-store.redis.test.ts",
  "packages/tasks/src/bullmq/groups/group-operations.redis.test.ts",
  "packages/tasks/src/bullmq/tasks.redis.test.ts",
];

/** What is recorded of a task, from its first record to the last. */
export const recordMutants: MutantGroup = {
  name: "records",
  root: "packages/tasks/src",
  tests: store,
  mutants: [
    {
      file: "redis/chunks/record.lua",
      find: 'return same and "changed" or "settled"',
      replace: 'return "settled"',
      breaks: "An end that is sent twice by the same attempt is accepted twice.",
    },
    {
      file: "redis/chunks/record.lua",
      find: 'if record.fence ~= fence then return "stale", tasks.jsonOf(record) end',
      replace: "",
      breaks: "An attempt that was replaced changes nothing.",
    },
    {
      file: "redis/chunks/record.lua",
      find: 'if fence < newestFence then return "stale", tasks.jsonOf(record) end',
      replace: "",
      breaks: "An older execution does not begin after a newer one.",
    },
    {
      file: "redis/chunks/record.lua",
      find: 'if record.status == "running" and fence == newestFence then return "begun", tasks.jsonOf(record) end',
      replace: "",
      breaks: "A beginning that is sent twice is one.",
    },
    {
      file: "redis/chunks/record.lua",
      find: 'call("SET", RECORD .. id, text, "KEEPTTL")',
      replace: 'call("SET", RECORD .. id, text)',
      breaks: "A record that changes is still forgotten in the end.",
    },
    {
      file: "redis/chunks/record.lua",
      find: 'call("PUBLISH", SETTLED .. id, "")',
      replace: 'call("EXISTS", RECORD .. id)',
      breaks: "Who waits for a task hears of its end.",
    },
    {
      file: "redis/chunks/record.lua",
      find: "tasks.writeRecord(id, record, record.resultTtlMs)",
      replace: "tasks.writeRecord(id, record)",
      breaks: "A result is kept for resultTtlMs from the end on.",
    },
    {
      file: "redis/chunks/record.lua",
      find: "if not record or tasks.isSettled(record.status) then return false end",
      replace: "if not record then return false end",
      breaks: "A settled task cannot be cancelled.",
      tests: lives,
    },
    {
      file: "redis/chunks/record.lua",
      find: 'if not record or record.status ~= "failed" then return end',
      replace: "if not record then return end",
      breaks: "A task that succeeded stays succeeded, whatever a dashboard does.",
      tests: ["packages/tasks/src/bullmq/groups/stock-clients.redis.test.ts", ...lives],
    },
    {
      file: "redis/chunks/record.lua",
      find: '= "queued", "0", "null", "null", "null"',
      replace: '= "queued", record.attempt, "null", "null", "null"',
      breaks: "A task that is enqueued again shows that it has made no attempt.",
      tests: lives,
    },
    {
      file: "redis/chunks/record.lua",
      find: 'record.percent, record.message, record.error = "null", "null", "null"',
      replace: 'record.percent, record.message = "null", "null"',
      breaks: "A running attempt does not show the error of the one before.",
    },
    {
      file: "redis/chunks/record.lua",
      find: 'if record.startedAtMs == "null" then',
      replace: "if true then",
      breaks: "startedAtMs is the start of the first attempt.",
    },
    {
      file: "redis/chunks/record.lua",
      find: "born and QUIET_TTL_MS)",
      replace: "nil)",
      breaks: "The record of a task of a stock producer is forgotten in the end.",
      tests: [
        "packages/tasks/src/bullmq/strange-jobs.redis.test.ts",
        "packages/tasks/src/bullmq/refusals.redis.test.ts",
      ],
    },
    {
      file: "redis/chunks/record.lua",
      find: 'if record.callbackUrl ~= "" and tasks.callBack then',
      replace: "if false then",
      breaks: "A producer's URL is called when its task is settled.",
      tests: ["apps/worker/src/callback.redis.test.ts"],
    },
    {
      file: "bullmq/bullmq-queue.ts",
      find: "if (worst === undefined && failures.length === replies.length) throw",
      replace: "if (worst === undefined) throw",
      breaks: "Of a batch that was taken in part nobody says that nothing was done.",
      tests: ["packages/tasks/src/bullmq/refusals.redis.test.ts"],
    },
  ],
};
