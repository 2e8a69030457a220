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
const removals = ["packages/tasks/src/bullmq/removed-tasks.redis.test.ts"];
const enqueuing = [
  `${at}/group-settings.redis.test.ts`,
  "packages/tasks/src/bullmq/tasks.redis.test.ts",
  `${at}/group-limits.redis.test.ts`,
];

/** Groups of tasks, in Redis: who may come in, who is next, what an end gives back. */
export const groupMutants: MutantGroup = {
  name: "groups",
  root: at,
  tests: order,
  mutants: [
    {
      file: "chunks/admit.lua",
      find: 'call("PEXPIRE", idempotencyKey, args[10])',
      replace: 'call("EXISTS", idempotencyKey)',
      breaks: "The idempotency key of a task is forgotten in the end.",
      tests: enqueuing,
    },
    {
      file: "chunks/admit.lua",
      find: "first[1] and first[2] ~= digest",
      replace: "false",
      breaks: "A key that is used for another request is a conflict.",
      tests: enqueuing,
    },
    {
      file: "chunks/admit.lua",
      find: "not tasks.isLost(first[1], first[3])",
      replace: "true",
      breaks: "A key whose task was removed enqueues again.",
      tests: removals,
    },
    {
      file: "chunks/admit.lua",
      find: "return keptUntilMs and tasks.nowMs() < tonumber(keptUntilMs)",
      replace: "return true",
      breaks: "A key whose task has ended and whose record has expired enqueues nothing more.",
      tests: removals,
    },
    {
      file: "chunks/admit.lua",
      find: "if record then return not tasks.isSettled(record.status) end",
      replace: "if record then return true end",
      breaks: "A key whose task has ended and whose job is gone enqueues nothing more.",
      tests: removals,
    },
    {
      file: "scripts/settle-lost.lua",
      find: "if not record then nothing[#nothing + 1] = id end",
      replace: "",
      breaks: "Who waits for a task of which nothing is left is answered.",
      tests: removals,
    },
    {
      file: "chunks/admit.lua",
      find: 'args[11] ~= "1" and tasks.makeRoom(group) or nil',
      replace: "tasks.makeRoom(group)",
      breaks: "A task that is not due yet takes no room in its group.",
      tests: limits,
    },
    {
      file: "chunks/admit.lua",
      find: 'call("ZCARD", G_QUEUE .. group) < settings.maxSize',
      replace: 'call("ZCARD", G_QUEUE .. group) <= settings.maxSize',
      breaks: "A group holds maxSize waiting tasks at most.",
      tests: limits,
    },
    {
      file: "chunks/admit.lua",
      find: 'return settings.onFull == "reject" and "full" or "dropped"',
      replace: 'return "dropped"',
      breaks: "A full group refuses tasks where it is set to.",
      tests: limits,
    },
    {
      file: "scripts/enqueue-tasks.lua",
      find: 'call("INCRBY", SEQ, "0")',
      replace: "",
      breaks: "A Redis that is full takes in nothing.",
      tests: ["packages/tasks/src/bullmq/refusals.redis.test.ts"],
    },
    {
      file: "scripts/enqueue-tasks.lua",
      find: "tasks.ingestRaw(tasks.whole(4 * #list))",
      replace: "",
      breaks: "Tasks of other clients keep their order among ours.",
      tests: ["packages/tasks/src/bullmq/groups/stock-clients.redis.test.ts"],
    },
    {
      file: "chunks/fetch.lua",
      find: 'if type(reply) ~= "table" or reply[2] ~= task.id then',
      replace: 'if type(reply) ~= "table" then',
      breaks: "A paused queue starts nothing, and forgets nothing.",
      tests: operations,
    },
    {
      file: "chunks/fetch.lua",
      find: "task.failures + 1, nil",
      replace: "fence, nil",
      breaks: "The number of an attempt counts failures and not starts.",
      tests: ["packages/tasks/src/bullmq/tasks.redis.test.ts", ...locks],
    },
    {
      file: "chunks/fetch.lua",
      find: "    tasks.promoteDue()\n",
      replace: "",
      breaks: "A task that is due starts.",
      tests: order,
    },
    {
      file: "chunks/fetch.lua",
      find: '    tasks.ingestRaw("40")\n',
      replace: "",
      breaks: "A task that a stock client put into the queue runs.",
      tests: ["packages/tasks/src/bullmq/strange-jobs.redis.test.ts"],
    },
    {
      file: "chunks/fetch.lua",
      find: "  tasks.putBack(task)\n",
      replace: "",
      breaks: "A task that could not be started waits on at its place.",
      tests: [...operations, ...locks],
    },
    {
      file: "chunks/fetch.lua",
      find: "{ args[1], tasks.nowText(), args[3] }",
      replace: "args",
      breaks: "When a task began is told by Redis' clock.",
      tests: clocks,
    },
    {
      file: "chunks/fetch.lua",
      find: 'if hasLimited then call("ZADD", MARKER',
      replace: 'if false then call("ZADD", MARKER',
      breaks: "A group over its rate goes on when its window opens.",
      tests: limits,
    },
    {
      file: "chunks/select.lua",
      find: "local hasRoom = concurrency == 0 or taken < concurrency",
      replace: "local hasRoom = concurrency == 0 or taken <= concurrency",
      breaks: "No more of a group run at once than it may.",
    },
    {
      file: "chunks/select.lua",
      find: "if starts <= settings.rateMax then",
      replace: "if starts <= settings.rateMax + 1 then",
      breaks: "No more of a group start in a window than it may.",
      tests: limits,
    },
    {
      file: "chunks/select.lua",
      find: "1 / settings.weight",
      replace: "1",
      breaks: "A group of weight 3 gets three turns for another's one.",
      tests: limits,
    },
    {
      file: "chunks/select.lua",
      find: 'call("HSET", TIMES, task.group, task.time)',
      replace: 'call("HLEN", TIMES)',
      breaks: "A turn that came to nothing is not counted.",
      tests: [...operations, ...locks],
    },
    {
      file: "chunks/select.lua",
      find: "due and opens and math.min(due, opens) or due or opens",
      replace: "due or opens",
      breaks: "An idle worker looks again at whatever comes first, a task that is due or a window that opens.",
      tests: limits,
    },
    {
      file: "chunks/select.lua",
      find: 'call("DECR", G_WINDOW .. group)',
      replace: 'call("EXISTS", G_WINDOW .. group)',
      breaks: "A start that came to nothing takes no part of the rate.",
      tests: [...limits, ...operations],
    },
    {
      file: "chunks/select.lua",
      find: 'if call("HSET", TIMES, group, time) == 1 then call("SADD", ACTS, group) end',
      replace: "",
      breaks: "A group gains nothing by running into its limits.",
    },
    {
      file: "chunks/index.lua",
      find: "tonumber(own) > tonumber(present) and own or present",
      replace: "own",
      breaks: "A group has no credit for having been idle.",
    },
    {
      file: "chunks/index.lua",
      find: "if settings.paused or tasks.firstLimited()",
      replace: "if tasks.firstLimited()",
      breaks: "A paused group starts nothing.",
      tests: operations,
    },
    {
      file: "chunks/index.lua",
      find: '  call("ZREM", READY, group)\n  call("ZREM", LIMITED, group)\nend',
      replace: '  call("ZREM", LIMITED, group)\nend',
      breaks: "A group that is paused while tasks wait in it starts none of them.",
      tests: operations,
    },
    {
      file: "chunks/index.lua",
      find: "layers[1] or layers[2] or layers[3] or layers[4]",
      replace: "layers[2] or layers[1] or layers[3] or layers[4]",
      breaks: "What is set at run time wins over the settings file.",
      tests: operations,
    },
    {
      file: "chunks/index.lua",
      find: "layers[2] or layers[3] or layers[4] or DEFAULTS",
      replace: "layers[3] or layers[2] or layers[4] or DEFAULTS",
      breaks: "A group's own settings in the file win over those of all groups.",
      tests: operations,
    },
    {
      file: "chunks/index.lua",
      find: 'if taken == 0 then call("SADD", ACTS, group) end',
      replace: "",
      breaks: "A group in which a lost task held a place is checked again.",
      tests: locks,
    },
  ],
};
