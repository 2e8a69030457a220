import type { MutantGroup } from "../mutant.ts";

const at = "packages/tasks/src/bullmq";

/** Tasks whose handler some workers have not. */
export const lackMutants: MutantGroup = {
  name: "lacks",
  root: at,
  tests: [`${at}/lacked-handlers.redis.test.ts`],
  mutants: [
    {
      file: "process-job.ts",
      find: "isLacking && (await options.mayWait(task.handler, taken.token))",
      replace: "isLacking && false",
      breaks: "A task whose handler a worker lacks does not fail there.",
    },
    {
      file: "groups/chunks/select.lua",
      find: "tasks.lackedHandler(id) or tasks.enterShare(id)",
      replace: "tasks.enterShare(id)",
      breaks: "A worker is handed no more of a handler that it lacks.",
    },
    {
      file: "groups/chunks/select.lua",
      find: "  tasks.offerLacked()\n",
      replace: "",
      breaks: "A worker that has a handler takes what waits for one.",
    },
    {
      file: "groups/chunks/lacks.lua",
      find: "if not lacks(handler) then",
      replace: "if true then",
      breaks: "A worker puts back in line nothing of a handler that it lacks.",
    },
    {
      file: "groups/chunks/lacks.lua",
      find: "  tasks.hasPassedOn = true\n",
      replace: "",
      breaks: "An idle worker that has the handler is woken by one that lacks it.",
    },
    {
      file: "groups/chunks/lack-upkeep.lua",
      find: "if isElsewhere then\n    looks = 0",
      replace: "if false then\n    looks = 0",
      breaks: "While a worker has the handler no task of it fails.",
    },
    {
      file: "groups/chunks/lack-upkeep.lua",
      find: "if looks >= most then",
      replace: "if false then",
      breaks: "What no worker has had for its time fails.",
    },
    {
      file: "groups/chunks/lack-upkeep.lua",
      find: '      call("HDEL", LACKS, handler)\n',
      replace: "",
      breaks: "A handler that was lacking leaves nothing.",
    },
    {
      file: "groups/scripts/reconcile-groups.lua",
      find: "  tasks.lookAtLacks()\n",
      replace: "",
      breaks: "The time for which no worker has had a handler is counted.",
    },
    {
      file: "groups/chunks/share-upkeep.lua",
      find: 'local handlers = call("HKEYS", LACKS)',
      replace: "local handlers = {}",
      breaks: "Draining the ungrouped takes those that wait for a worker with their handler, too.",
    },
    {
      file: "groups/scripts/explain-task.lua",
      find: "if aside then ahead = isMaxed and aside or 0 end",
      replace: "",
      breaks: "An ungrouped task that waits for its handler has none before it.",
    },
    {
      file: "groups/scripts/read-backlog.lua",
      find: 'or not tasks.hasLacks() or call("HEXISTS", LACKS, handler) == 0',
      replace: "or true",
      breaks: "What waits for a worker that has its handler does not wait for the handler's share.",
    },
  ],
};
