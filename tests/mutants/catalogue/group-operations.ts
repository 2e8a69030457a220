import type { MutantGroup } from "../mutant.ts";

const at = "packages/tasks/src/bullmq/groups";
const operations = [
  `${at}/dead-letters.redis.test.ts`,
  `${at}/group-operations.redis.test.ts`,
  `${at}/stock-clients.redis.test.ts`,
];
const healing = [`${at}/group-healing.redis.test.ts`];

/** What operators do to groups, and what is put right behind the backs of those who broke it. */
export const groupOperationMutants: MutantGroup = {
  name: "group-operations",
  root: at,
  tests: operations,
  mutants: [
    {
      file: "chunks/index.lua",
      find: "layers[5], layers[1]",
      replace: "layers[5], layers[2]",
      breaks: "What the settings file says of a group is nothing that could be taken back.",
      tests: [`${at}/group-settings.redis.test.ts`],
    },
    {
      file: "scripts/list-groups.lua",
      find: 'call("SCARD", G_PLACES .. group))) == status',
      replace: 'call("SCARD", G_PLACES .. group))) ~= nil',
      breaks: "Groups of one status are told alone.",
    },
    {
      file: "scripts/list-groups.lua",
      find: '(status == "paused" and "12345" or "")',
      replace: "false",
      breaks: "While the whole queue is paused all groups are.",
    },
    {
      file: "scripts/read-trouble.lua",
      find: '"1", "XX", "KEEPTTL")',
      replace: '"1")',
      breaks: "Asking whether Redis takes writes writes nothing.",
      tests: [`${at}/trouble.redis.test.ts`],
    },
    {
      file: "chunks/reconcile.lua",
      find: "and not (keeps and call",
      replace: "and not (false and call",
      breaks: "Checking the index takes no place from a task between two attempts.",
      tests: healing,
    },
    {
      file: "chunks/reconcile.lua",
      find: "if not running[id] and",
      replace: "if false and",
      breaks: "A place that nobody holds any more is given back.",
      tests: healing,
    },
    {
      file: "chunks/cancel.lua",
      find: "    tasks.release(group, id)\n",
      replace: "",
      breaks: "A task that is cancelled between two attempts blocks nobody.",
      tests: operations,
    },
    {
      file: "chunks/callback.lua",
      find: "attempts = 8",
      replace: "attempts = 1",
      breaks: "A callback that fails is tried again.",
      tests: ["apps/worker/src/callback.redis.test.ts"],
    },
    {
      file: "chunks/callback.lua",
      find: '"callback:" .. host',
      replace: '"callback:"',
      breaks: "A host that does not answer delays no other's callbacks.",
      tests: ["apps/worker/src/callback.redis.test.ts"],
    },
    {
      file: "chunks/cancel.lua",
      find: 'call("PUBLISH", cancelChannel, id)',
      replace: 'call("EXISTS", QUEUE .. id)',
      breaks: "A running task that is cancelled is told so.",
      tests: ["packages/tasks/src/bullmq/tasks.redis.test.ts", ...operations],
    },
    {
      file: "scripts/configure-group.lua",
      find: 'call("ZREM", LIMITED, group)',
      replace: 'call("EXISTS", LIMITED)',
      breaks: "A group whose rate is lifted goes on at once.",
      tests: [`${at}/group-limits.redis.test.ts`, ...operations],
    },
    {
      file: "scripts/adopt-tasks.lua",
      find: 'if isRetry and tasks.settingsOf(job[1]).onFailure ~= "skip" then',
      replace: "if false then",
      breaks: "An index that was lost and made again still holds places between two attempts.",
      tests: healing,
    },
    {
      file: "scripts/explain-task.lua",
      find: 'if opens then return { "limited", group, ahead, opens } end',
      replace: "",
      breaks: "Who asks why a task waits is told of its group's rate.",
      tests: [`${at}/group-limits.redis.test.ts`, ...operations],
    },
    {
      file: "wrapped/clean-jobs-in-set.lua",
      find: "if since <= before and",
      replace: "if",
      breaks: "Cleaning leaves what is younger than was asked for.",
      tests: ["packages/tasks/src/bullmq/strange-jobs.redis.test.ts", `${at}/group-cleaning.redis.test.ts`],
    },
    {
      file: "wrapped/change-priority.lua",
      find: "tasks.scoreOf(priority, seq)",
      replace: "tasks.scoreOf(0, seq)",
      breaks: "Another priority is another place in the group.",
      tests: [`${at}/stock-clients.redis.test.ts`, ...operations],
    },
  ],
};
