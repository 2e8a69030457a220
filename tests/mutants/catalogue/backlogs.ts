import type { MutantGroup } from "../mutant.ts";

const at = "packages/tasks/src/bullmq/groups";
const need = ["apps/api/src/tasks/slots-of-workers.test.ts", "apps/worker/src/pool/pool-rule.test.ts"];

/** What of that which waits could run, and how many slots it needs. */
export const backlogMutants: MutantGroup = {
  name: "backlogs",
  root: "packages/tasks/src",
  tests: [`${at}/backlog.redis.test.ts`, `${at}/handler-shares.redis.test.ts`],
  mutants: [
    {
      file: "slots-needed.ts",
      find: "Math.min(again, policy.concurrency)",
      replace: "again",
      breaks: "Retries bring one process, or one pod, at most.",
      tests: need,
    },
    {
      file: "slots-needed.ts",
      find: "busy - busyRetrying + slotsOf",
      replace: "busy + slotsOf",
      breaks: "Retries that run are no first attempts.",
      tests: need,
    },
    {
      file: "slots-needed.ts",
      find: "waiting.runnable + waiting.retrying > 0 ? 1 : 0",
      replace: "0",
      breaks: "While there is anything to do the need is not 0.",
      tests: need,
    },
    {
      file: "slots-needed.ts",
      find: ".filter(({ handler }) => isHandled(handler))",
      replace: "",
      breaks: "What no worker can run needs nobody.",
      tests: need,
    },
    {
      file: "slots-needed.ts",
      find: "!mostlyFails(paceOf(handler))",
      replace: "true",
      breaks: "What mostly fails may be as old as it likes.",
      tests: need,
    },
    {
      file: "bullmq/groups/estimate-backlog.ts",
      find: "(roomOf.get(handler) ?? Infinity) / sum.runnable",
      replace: "1",
      breaks: "Of a handler no more is runnable than its share has room for.",
    },
    {
      file: "bullmq/groups/scripts/read-backlog.lua",
      find: "math.max(0, settings.concurrency - taken) or waiting",
      replace: "waiting or waiting",
      breaks: "Of a group no more is runnable than it may run.",
    },
    {
      file: "bullmq/groups/estimate-backlog.ts",
      find: "nowMs - Math.max(dueMs, sinceMs)",
      replace: "nowMs - dueMs",
      breaks: "The head of a bounded group is as old as it has been seen there.",
    },
    {
      file: "bullmq/groups/estimate-backlog.ts",
      find: "(picked.has(row) ? weight : 1)",
      replace: "1",
      breaks: "What was not looked at is estimated from what was.",
    },
    {
      file: "bullmq/groups/backlog-reader.ts",
      find: "newest === undefined || nowMs >= newest.untilMs",
      replace: "nowMs > 0",
      breaks: "All who read within a second share one reading.",
    },
  ],
};
