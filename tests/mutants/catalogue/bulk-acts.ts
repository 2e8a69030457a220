import type { MutantGroup } from "../mutant.ts";

const root = "packages/tasks/src/bullmq/bulk";

/** Acts on many tasks: who has one, what it does to each, and how fast. */
export const bulkActMutants: MutantGroup = {
  name: "bulk-acts",
  root,
  tests: [`${root}/bulk-acts.redis.test.ts`, `${root}/bulk-holders.redis.test.ts`],
  mutants: [
    {
      file: "step-bulk.lua",
      find: 'if act[2] ~= ARGV[2] then return { "lost", 0 } end',
      replace: 'if act[1] == "running" and act[2] ~= ARGV[2] then return { "lost", 0 } end',
      breaks: "The end of an act is told by who has finished it, and by nobody else.",
    },
    {
      file: "step-bulk.lua",
      find: 'if act[1] ~= "running" then return { "over", 0 } end',
      replace: "",
      breaks: "Nothing is acted on once an abort is answered.",
    },
    {
      file: "step-bulk.lua",
      find: "pcall(doOne[request.act], id)",
      replace: "true, doOne[request.act](id)",
      breaks: "A task that cannot be acted on holds up no other.",
    },
    {
      file: "step-bulk.lua",
      find: 'return failedBefore(id) and tasks.discardTask(id, request.note) == "discarded"',
      replace: 'return tasks.discardTask(id, request.note) == "discarded"',
      breaks: "What has failed since is not discarded.",
      tests: ["packages/tasks/src/bullmq/groups/discards.redis.test.ts"],
    },
    {
      file: "step-bulk.lua",
      find: "not isBefore(times[1]) or ",
      replace: "",
      breaks: "What was enqueued since is not cancelled.",
    },
    {
      file: "take-bulk.lua",
      find: 'elseif tonumber(act[2] or "0") <= tasks.nowMs() then',
      replace: "else",
      breaks: "An act that another process has is not taken.",
    },
    {
      file: "run-bulk-acts.ts",
      find: "while (!end.signal.aborted) {",
      replace: "for (;;) {",
      breaks: "A process that stops takes nothing more.",
    },
    {
      file: "run-bulk-acts.ts",
      find: "const behind = isLastOfThem ? place : { source, after: some.at(-1) };",
      replace: "const behind = isLastOfThem ? place : { source, after: undefined };",
      breaks: "What was skipped is counted once, whoever goes on.",
    },
    {
      file: "walk-selection.ts",
      find: "await sleep(tookMs);",
      replace: "await sleep(performance.now() - startedMs);",
      breaks: "An act keeps its rate and its lease over more than one look.",
    },
  ],
};
