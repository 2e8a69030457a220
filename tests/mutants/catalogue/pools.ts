import type { MutantGroup } from "../mutant.ts";

/** How many processes a pool has, and when. */
export const poolMutants: MutantGroup = {
  name: "pools",
  root: "apps/worker/src/pool",
  tests: ["apps/worker/src/pool/pool-rule.test.ts"],
  mutants: [
    {
      file: "pool-rule.ts",
      find: "if (samplesAbove >= 2 || isOverdue)",
      replace: "if (samplesAbove >= 1 || isOverdue)",
      breaks: "One look in which more are needed brings no process.",
    },
    {
      file: "pool-rule.ts",
      find: "isLate(waiting.oldestAgeMs) && waiting.runnable > free",
      replace: "isLate(waiting.oldestAgeMs)",
      breaks: "The age of what waits counts only where no slot is free.",
    },
    {
      file: "pool-rule.ts",
      find: "load < 0.8 * (n - 1) * policy.concurrency",
      replace: "need < n",
      breaks: "A pool does not shrink where what is left would be nearly full.",
    },
    {
      file: "pool-rule.ts",
      find: "sample.atMs - lowSinceMs >= shrinkAfterMs",
      replace: "sample.atMs - lowSinceMs >= 0",
      breaks: "A pool shrinks after a minute in which less would have done.",
    },
    {
      file: "pool-rule.ts",
      find: "processes: n - 1, need, reason",
      replace: "processes: Math.min(n - 1, need), need, reason",
      breaks: "A pool shrinks by one at a time.",
    },
    {
      file: "pool-rule.ts",
      find: 'if (state.earlyDeathsMs.length >= crashesMax) return hold("crashing");\n',
      replace: "",
      breaks: "Processes that end at once stop all growth.",
    },
    {
      file: "pool-rule.ts",
      find: 'if (trial !== undefined && trial.futile >= futileSteps) return hold("no_gain", { ...state, trial });\n',
      replace: "",
      breaks: "Steps that bring nothing are the last for a while.",
    },
    {
      file: "pool-rule.ts",
      find: " || atMs - sinceMs < windowMs) return trial;",
      replace: ") return trial;",
      breaks: "A step is judged when two tasks could have been done since.",
    },
    {
      file: "pool-rule.ts",
      find: 'if (isByAge && isInVain) return hold("failing");\n',
      replace: "",
      breaks: "What waits for a handler that always fails brings no process by its age.",
    },
    {
      file: "pool-rule.ts",
      find: " || ready + silent < n) return",
      replace: ") return",
      breaks: "Nothing more is started while a process starts.",
    },
    {
      file: "pool-rule.ts",
      find: "n + Math.min(Math.max(need - n, 1), n)",
      replace: "Math.max(need, n + 1)",
      breaks: "A step at most doubles.",
    },
    {
      file: "pool-rule.ts",
      find: 'if (room.byMemory < 1) return hold("memory");\n',
      replace: "",
      breaks: "A process that does not fit into memory is not started.",
    },
    {
      file: "pool-memory.ts",
      find: "seconds: succeededSeconds / attempts }",
      replace: "seconds: attemptSeconds / attempts }",
      breaks: "What a failed attempt took is no work that waits.",
    },
    {
      file: "pool-rule.ts",
      find: "{ ...learned, samplesAbove: 0, lowSinceMs: undefined }",
      replace: "learned",
      breaks: "What is unknown does not count towards shrinking.",
    },
    {
      file: "open-share.ts",
      find: "pool ?? uid",
      replace: "uid",
      breaks: "What waits is shared by pools, and not by their processes.",
      tests: ["apps/worker/src/pool/open-share.test.ts"],
    },
  ],
};
