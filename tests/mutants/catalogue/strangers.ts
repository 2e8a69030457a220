import type { MutantGroup } from "../mutant.ts";

const at = "packages/tasks/src/bullmq/groups";
const healing = [`${at}/group-healing.redis.test.ts`];
const foreign = [
  "packages/tasks/src/bullmq/strange-jobs.redis.test.ts",
  "packages/tasks/src/bullmq/unreadable-tasks.redis.test.ts",
  "packages/tasks/src/bullmq/names-from-outside.redis.test.ts",
];

/** What lies in the queue that nobody of ours has put there. */
export const strangerMutants: MutantGroup = {
  name: "strangers",
  root: at,
  tests: foreign,
  mutants: [
    {
      file: "chunks/dead-letters.lua",
      find: 'if isJob then call("RENAME", jobKey, QUEUE .. name) end',
      replace: "",
      breaks: "A job whose id cannot be one is found under its hash.",
    },
    {
      file: "chunks/dead-letters.lua",
      find: "    tasks.release(group, id)\n",
      replace: "",
      breaks: "A task that is set aside blocks nobody.",
    },
    {
      file: "chunks/dead-letters.lua",
      find: "if record and tasks.isSettled(record.status) then return end",
      replace: "",
      breaks: "What a task came to is not overwritten when its job is set aside.",
    },
    {
      file: "chunks/dead-letters.lua",
      find: 'if job[3] and string.find(job[3], "^[1-9]%d*$") and #job[3] < 16 then',
      replace: "if job[3] then",
      breaks: "A record is JSON whatever a stranger wrote for a time.",
    },
    {
      file: "chunks/dead-letters.lua",
      find: "return tasks.isUtf8(text) and text or",
      replace: "return text or",
      breaks: "A record is Unicode whatever a stranger wrote for a name.",
    },
    {
      file: "chunks/ingest.lua",
      find: 'if not tasks.isTaskId(id) then return "it cannot have this id" end',
      replace: "",
      breaks: "An id that cannot be one is set aside.",
    },
    {
      file: "chunks/ingest.lua",
      find: '"^%d%d?%d?%d?%d?%d?%d?%d?%d?$"',
      replace: '"%d"',
      breaks: "Counters that are no numbers stop no script.",
    },
    {
      file: "chunks/ingest.lua",
      find: 'if string.sub(id, 1, 2) ~= "0:" then',
      replace: "if true then",
      breaks: "Markers of older clients are no tasks.",
      tests: [...foreign, `${at}/stock-clients.redis.test.ts`],
    },
    {
      file: "chunks/ingest.lua",
      find: "math.min(math.floor(priority), PRIORITY_MAX)",
      replace: "math.floor(priority)",
      breaks: "A priority of any size has a place in the order.",
      tests: [...foreign, `${at}/stock-clients.redis.test.ts`],
    },
    {
      file: "chunks/ingest.lua",
      find: 'job[2] and string.find(job[2], "^-%d+$") and #job[2] <= 17 and job[2]',
      replace: "job[2]",
      breaks: "A place in the order that a stranger made up counts for nothing.",
    },
    {
      file: "chunks/ingest.lua",
      find: "job[1] and tasks.keptGroup(job[1], job[4]) or group",
      replace: "job[1] or group",
      breaks: "A group that a stranger made up has a name that can be used.",
    },
    {
      file: "chunks/ingest.lua",
      find: 'call("SREM", G_PLACES .. group, id)',
      replace: 'call("SCARD", G_PLACES .. group)',
      breaks: "A task that waits again has given its place back.",
      tests: [`${at}/lost-lock.redis.test.ts`, ...healing, `${at}/group-order.redis.test.ts`],
    },
    {
      file: "chunks/foreign-group.lua",
      find: "local value = depth == 1 and string.match",
      replace: "local value = string.match",
      breaks: "A word in a stranger's data is not taken for the group.",
    },
    {
      file: "chunks/foreign-group.lua",
      find: "at = stop + 2",
      replace: "at = stop + 1",
      breaks: "A quote that is escaped does not end a text.",
    },
    {
      file: "chunks/foreign-group.lua",
      find: 'if at and index == 1 then at = tasks.member(json, "id", at) end',
      replace: "",
      breaks: "The group of a stranger's job is the one of its options.",
    },
    {
      file: "chunks/names.lua",
      find: "if length <= 128 and not isTaken",
      replace: "if length < 128 and not isTaken",
      breaks: "Scripts and handlers agree on the longest name of a group.",
    },
    {
      file: "chunks/names.lua",
      find: 'or string.find(text, "\\194[\\128-\\159]")',
      replace: "",
      breaks: "Scripts and handlers agree on what a control character is.",
    },
    {
      file: "chunks/names.lua",
      find: '"\\237[\\128-\\159][\\128-\\191]"',
      replace: '"\\237[\\128-\\191][\\128-\\191]"',
      breaks: "Half a surrogate pair is no UTF-8.",
    },
    {
      file: "chunks/names.lua",
      find: 'and call("HEXISTS", QUEUE .. id, "ic") == 0',
      replace: "",
      breaks: "A schedule is not taken for a task.",
    },
    {
      file: "chunks/names.lua",
      find: "#id > ID_MAX_BYTES",
      replace: "#id >= ID_MAX_BYTES",
      breaks: "Scripts and handlers agree on the longest id of a task.",
    },
    {
      file: "chunks/names.lua",
      find: 'or string.sub(value, 1, 8) == "webhook:" and handler ~= "hub.webhook" and handler ~= "hub.events"',
      replace: "",
      breaks: "No task of a stranger's gets into a lane of webhooks.",
    },
    {
      file: "scripts/set-aside-task.lua",
      find: "if lock and lock ~= ARGV[2] then return end",
      replace: "",
      breaks: "A worker sets no task aside that another holds.",
    },
  ],
};
