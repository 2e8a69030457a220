import type { MutantGroup } from "../mutant.ts";

const lists = ["apps/api/src/ops/console/process-list.test.ts"];
const differences = ["apps/api/src/ops/console/settings-watch.test.ts"];
const needs = ["apps/api/src/ops/console/judge-needs.test.ts"];
const pools = ["apps/worker/src/pool/pool.redis.test.ts"];
const holds = ["apps/api/src/ops/console/hold-missing.test.ts"];
const registries = ["packages/broker/src/redis/nodes/redis-node-registry.redis.test.ts"];

/** Processes that have died are told of, and those that leave or are replaced are not. */
export const vanishedMutants: MutantGroup = {
  name: "vanished",
  root: ".",
  tests: lists,
  mutants: [
    {
      file: "apps/api/src/ops/console/process-list.ts",
      find: '(one.state === "up" && !lastWords.has(one.uid))',
      replace: 'one.state === "up"',
      breaks: "A process that left in order is not told of as lost.",
    },
    {
      file: "apps/api/src/ops/console/process-list.ts",
      find: "isOrphan: one.isOrphan || lastWords.get(one.uid)?.isOrphan === true",
      replace: "isOrphan: one.isOrphan",
      breaks: "A pool that vanished is told of when its processes had nothing to finish, too.",
    },
    {
      file: "apps/api/src/ops/console/hold-missing.ts",
      find: "missedSinceMs: isRefusing ? nowMs : missedSinceMs",
      replace: "missedSinceMs",
      breaks: "While Redis takes no writes nobody is missed who cannot say that it is there.",
      tests: holds,
    },
    {
      file: "apps/api/src/ops/console/hold-missing.ts",
      find: " && !lastWords.has(uid)",
      replace: "",
      breaks: "Who has left by itself is gone at once.",
      tests: holds,
    },
    {
      file: "apps/api/src/ops/console/judge-needs.ts",
      find: "trouble.refusal === null || processes.some((one) => one.kind === kind)",
      replace: "kind !== undefined",
      breaks: "An api that has seen nobody tells of nobody's absence while Redis takes no writes.",
      tests: needs,
    },
    {
      file: "apps/api/src/ops/console/judge-needs.ts",
      find: "backlog.counts.queued + backlog.due",
      replace: "backlog.counts.queued + backlog.counts.delayed + backlog.due",
      breaks: "What is due later does not wait for a worker.",
      tests: needs,
    },
    {
      file: "apps/api/src/ops/console/settings-watch.ts",
      find: "sinceMs: since.get(kind) ?? nowMs",
      replace: "sinceMs: nowMs",
      breaks: "Since when processes run with different settings is remembered from look to look.",
      tests: differences,
    },
    {
      file: "apps/api/src/ops/console/settings-watch.ts",
      find: "isOneVersion && variants > 1",
      replace: "variants > 1",
      breaks: "Another version is no difference of settings.",
      tests: differences,
    },
    {
      file: "apps/api/src/ops/console/judge-needs.ts",
      find: "    if (sinceMs < nowMs - needBounds.settingsDifferAfterMs)\n",
      replace: "",
      breaks: "Processes that are replaced one by one with other settings are not told of.",
      tests: needs,
    },
    {
      file: "apps/worker/src/pool/pool-line.ts",
      find: "    isTold = true;\n",
      replace: "",
      breaks: "A process that its pool has told to stop is no orphan.",
      tests: pools,
    },
    {
      file: "apps/worker/src/register-worker.ts",
      find: "    ...(line?.isCut() === true && { isOrphan: true }),\n",
      replace: "",
      breaks: "A process whose pool has vanished says so with its last words.",
      tests: pools,
    },
    {
      file: "packages/broker/src/redis/nodes/redis-node-registry.ts",
      find: "[sayLast?.(), lease?.end()]",
      replace: "[lease?.end()]",
      breaks: "A process that leaves by itself says so.",
      tests: registries,
    },
  ],
};
