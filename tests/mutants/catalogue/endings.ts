import type { MutantGroup } from "../mutant.ts";

const at = "packages/tasks/src/bullmq/groups";
const order = [
  `${at}/group-settings.redis.test.ts`,
  `${at}/group-order.redis.test.ts`,
  `${at}/group-limits.redis.test.ts`,
];
const limits = [
  `${at}/group-settings.redis.test.ts`,
  `${at}/group-limits.redis.test.ts`,
  `${at}/group-order.redis.test.ts`,
];
const operations = [
  `${at}/group-settings.redis.test.ts`,
  `${at}/group-operations.redis.test.ts`,
  `${at}/stock-clients.redis.test.ts`,
];
const locks = [`${at}/lost-lock.redis.test.ts`, "packages/tasks/src/bullmq/outage.redis.test.ts"];
const clocks = ["packages/tasks/src/bullmq/clocks.redis.test.ts"];
const usual = [
  `${at}/usual-ends.redis.test.ts`,
  `${at}/finish-batches.redis.test.ts`,
  `${at}/explain-task.redis.test.ts`,
];
const letters = [`${at}/dead-letters.redis.test.ts`, `${at}/group-operations.redis.test.ts`];

/** How attempts end, in Redis: what is refused, given back and fetched in the same step. */
export const endingMutants: MutantGroup = {
  name: "endings",
  root: at,
  tests: locks,
  mutants: [
    {
      file: "scripts/read-unrecorded.lua",
      find: ' or call("HEXISTS", QUEUE .. id, "finishedOn") == 1',
      replace: "",
      breaks: "What is over is not taken for what waits, once its record is gone.",
      tests: ["packages/tasks/src/bullmq/tasks.redis.test.ts"],
    },
    {
      file: "chunks/ending.lua",
      find: "if job[1] ~= ending.fence then return end",
      replace: "",
      breaks: "A task that was started again is not taken back by the worker that lost it.",
      tests: locks,
    },
    {
      file: "chunks/ending.lua",
      find: 'if call("EXISTS", jobKey .. ":lock") == 1 then return end',
      replace: "",
      breaks: "Nobody takes a task back that another worker holds.",
      tests: locks,
    },
    {
      file: "chunks/ending.lua",
      find: "tasks.takePlace(job[2], id, 0)",
      replace: 'tasks.tidy("")',
      breaks: "A task that was taken back keeps its group's place between two attempts.",
      tests: locks,
    },
    {
      file: "chunks/ending.lua",
      find: 'call("LPUSH", ACTIVE, id)',
      replace: 'call("LLEN", ACTIVE)',
      breaks: "The result of a worker whose lock ran out counts while nobody has started its task again.",
      tests: locks,
    },
    {
      file: "heard-reply.ts",
      find: "fields.length === Number(count) ? fields : undefined",
      replace: "fields",
      breaks: "A job that holds NULs is read as it is.",
      tests: ["packages/tasks/src/bullmq/strange-jobs.redis.test.ts"],
    },
    {
      file: "chunks/usual.lua",
      find: 'if ending and ending.change[4] == "=" then ending.change[4] = ARGV[at + 2] end',
      replace: "",
      breaks: "A result that is sent once is the job's value and the record's.",
      tests: ["packages/tasks/src/bullmq/tasks.redis.test.ts"],
    },
    {
      file: "chunks/usual.lua",
      find: "if kept[1] ~= token then return nil end",
      replace: "",
      breaks: "An end is written by whoever holds the task's lock alone.",
      tests: locks,
    },
    {
      file: "chunks/usual.lua",
      find: 'if call("EXISTS", unpack(childKeys)) > 0 then return end',
      replace: "",
      breaks: "A task whose children are not done does not end.",
      tests: usual,
    },
    {
      file: "chunks/usual.lua",
      find: "if meta[1] or meta[2] or meta[3] or not meta[4] then return end",
      replace: "",
      breaks: "A limit of the whole queue holds whichever way a task ends.",
      tests: usual,
    },
    {
      file: "chunks/usual.lua",
      find: 'popped = call("ZPOPMIN", completed, tasks.whole(excess))',
      replace: 'popped = call("ZPOPMIN", completed, "1")',
      breaks: "No more finished jobs are kept than should be.",
      tests: usual,
    },
    {
      file: "chunks/usual.lua",
      find: "if bound and (not newest or newest <= bound) then",
      replace: "if false then",
      breaks: "No finished job is kept longer than it should be.",
      tests: usual,
    },
    {
      file: "wrapped/move-to-finished.lua",
      find: "if held then tasks.takePlace(group, id, 0) end",
      replace: "",
      breaks: "An end that is refused leaves the place of its group to who holds it.",
      tests: locks,
    },
    {
      file: "wrapped/move-to-finished.lua",
      find: "if staged then tasks.unstage(staged) end",
      replace: "",
      breaks: "An end that is refused takes no other task along.",
      tests: locks,
    },
    {
      file: "wrapped/move-to-finished.lua",
      find: 'if target == "failed" and (not record or record.status == "failed") then',
      replace: 'if target == "failed" then',
      breaks: "A cancelled task is no dead letter.",
      tests: letters,
    },
    {
      file: "wrapped/move-to-finished.lua",
      find: 'elseif tasks.settingsOf(group).pauseAfter > 0 then call("HDEL", FAILS, group) end',
      replace: "end",
      breaks: "Only failures in a row pause a group.",
      tests: limits,
    },
    {
      file: "wrapped/move-to-finished.lua",
      find: "wantsNext and group and not job[2] and not job[3]",
      replace: "wantsNext and group",
      breaks: "The parent of a finished job waits for its own turn.",
      tests: [`${at}/stock-clients.redis.test.ts`, ...order],
    },
    {
      file: "wrapped/move-to-finished.lua",
      find: "{ id, tasks.nowText(), ARGV[3]",
      replace: "{ id, ARGV[at + 1], ARGV[3]",
      breaks: "When a task ended is told by Redis' clock.",
      tests: clocks,
    },
    {
      file: "wrapped/move-to-finished.lua",
      find: "if not fetchesInside then tasks.release(group, id) end",
      replace: "",
      breaks: "A task that failed for good gives its place back.",
    },
    {
      file: "wrapped/move-to-delayed.lua",
      find: 'if group and not (isRetry and tasks.settingsOf(group).onFailure ~= "skip") then',
      replace: "if group then",
      breaks: "Between two attempts of a task nothing of its group overtakes it.",
    },
    {
      file: "wrapped/move-to-delayed.lua",
      find: 'args[2], args[8] = tasks.nowText(), "0"',
      replace: 'args[8] = "0"',
      breaks: "A worker whose clock is wrong tries again when it should.",
      tests: clocks,
    },
    {
      file: "wrapped/move-jobs-to-wait.lua",
      find: 'if state == "failed" then tasks.forgetFailure(id) end',
      replace: "",
      breaks: "Tasks that are retried all at once have all their attempts again.",
      tests: operations,
    },
  ],
};
