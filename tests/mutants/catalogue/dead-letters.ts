import type { MutantGroup } from "../mutant.ts";

const at = "packages/tasks/src/bullmq/groups";
const operations = [
  `${at}/dead-letters.redis.test.ts`,
  `${at}/group-operations.redis.test.ts`,
  `${at}/stock-clients.redis.test.ts`,
];
const letters = [
  "packages/tasks/src/bullmq/strange-jobs.redis.test.ts",
  `${at}/dead-letters.redis.test.ts`,
  `${at}/group-operations.redis.test.ts`,
];

/** Tasks that have failed for good: what is kept of them, and how they live again. */
export const deadLetterMutants: MutantGroup = {
  name: "dead-letters",
  root: at,
  tests: operations,
  mutants: [
    {
      file: "chunks/redrive.lua",
      find: '"gsq", "atm", "stc", "defa", "apt")',
      replace: '"gsq")',
      breaks: "A task that is enqueued again has all its attempts.",
      tests: operations,
    },
    {
      file: "chunks/redrive.lua",
      find: '"gsq", "atm", "stc", "defa", "apt")',
      replace: '"atm", "stc", "defa", "apt")',
      breaks: "A task that is enqueued again stands at the end of its group.",
      tests: operations,
    },
    {
      file: "chunks/redrive.lua",
      find: "if group then tasks.unbury(group, id) end",
      replace: "",
      breaks: "A task that is enqueued again is no dead letter any more.",
      tests: [...letters, ...operations],
    },
    {
      file: "chunks/dead-letters.lua",
      find: 'if call("ZREM", FAILED, dropped[index]) == 1 then',
      replace: "if true then",
      breaks: "Making room among dead letters takes away no task that lives again.",
      tests: letters,
    },
    {
      file: "chunks/dead-letters.lua",
      find: "if excess <= 0 then return 0 end",
      replace: "if true then return 0 end",
      breaks: "Dead letters are bounded in each group.",
      tests: letters,
    },
    {
      file: "chunks/dead-letters.lua",
      find: 'call("HINCRBY", FAILS, group, "1") >= pauseAfter',
      replace: 'call("HINCRBY", FAILS, group, "1") > pauseAfter',
      breaks: "A group pauses after as many failures as it is set to.",
      tests: [`${at}/group-limits.redis.test.ts`],
    },
    {
      file: "chunks/dead-letters.lua",
      find: 'call("PEXPIRE", dead, tasks.whole(DEAD_MS))',
      replace: 'call("EXISTS", dead)',
      breaks: "The dead letters of a group are forgotten in the end.",
      tests: letters,
    },
    {
      file: "chunks/dead-letters.lua",
      find: 'call("ZREMRANGEBYSCORE", dead, "-inf", tasks.whole(tasks.nowUs() - DEAD_MS * 1000))',
      replace: 'call("EXISTS", dead)',
      breaks: "A dead letter is kept for a week, however many follow it.",
      tests: letters,
    },
    {
      file: "chunks/redrive.lua",
      find: "tasks.forgetFailure(id, note)\n  tasks.ingest",
      replace: "tasks.forgetFailure(id)\n  tasks.ingest",
      breaks: "Who had a task run again, and why, stands in its course.",
      tests: ["packages/tasks/src/redis/course-reader.redis.test.ts"],
    },
    {
      file: "chunks/redrive.lua",
      find: 'call("LTRIM", ATTEMPTS .. id, "0", tasks.whole(NOTES_MAX - 1))',
      replace: "",
      breaks: "What was done to a task is noted a hundred times at most.",
      tests: ["packages/tasks/src/redis/course-reader.redis.test.ts"],
    },
    {
      file: "chunks/discard.lua",
      find: "if other then return other end",
      replace: "",
      breaks: "Nothing but a dead letter is discarded.",
      tests: [`${at}/discards.redis.test.ts`],
    },
    {
      file: "chunks/discard.lua",
      find: 'if tasks.removeTask(id, "0", "") == 1 then',
      replace: 'if call("ZREM", FAILED, id) == 1 then',
      breaks: "What a discarded task carries leaves Redis.",
      tests: [`${at}/discards.redis.test.ts`],
    },
    {
      file: "scripts/list-dead-letters.lua",
      find: "if next ~= -1 then next = next - 1 end",
      replace: "",
      breaks: "Paging through dead letters leaves none out.",
      tests: letters,
    },
    {
      file: "../../group-trouble.ts",
      find: '(isCode(line, at) ? digits : "0")',
      replace: '"0"',
      breaks: "Failures with different codes are redriven apart.",
      tests: ["packages/tasks/src/group-trouble.test.ts"],
    },
    {
      file: "scripts/list-groups.lua",
      find: '    or before > 4 and (call("HEXISTS", SETTINGS, "p:" .. group) == 1 or call("HEXISTS", SETTINGS, "r:" .. group) == 1)\n',
      replace: "",
      breaks: "A group with dead letters that is known by its settings is listed once.",
      tests: operations,
    },
  ],
};
