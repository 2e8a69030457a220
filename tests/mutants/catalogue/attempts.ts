import type { MutantGroup } from "../mutant.ts";

const policy = ["packages/tasks/src/attempt/next-state.test.ts"];
const bounds = ["packages/tasks/src/attempt/run-within.test.ts"];
const progress = ["packages/tasks/src/attempt/progress-report.test.ts"];

/** What an attempt comes to: its tries, its time, its result and its progress. */
export const attemptMutants: MutantGroup = {
  name: "attempts",
  root: "packages/tasks/src",
  tests: policy,
  mutants: [
    {
      file: "attempt/next-state.ts",
      find: "if (ending.final || context.attempt",
      replace: "if (context.attempt",
      breaks: "A failure for good is not tried again.",
      tests: policy,
    },
    {
      file: "attempt/next-state.ts",
      find: "context.attempt >= context.attempts",
      replace: "context.attempt > context.attempts",
      breaks: "A task makes as many attempts as it was given.",
      tests: policy,
    },
    {
      file: "attempt/next-state.ts",
      find: 'if (backoff.kind === "fixed") return backoff.delayMs;',
      replace: "",
      breaks: "A fixed wait stays the same from attempt to attempt.",
      tests: policy,
    },
    {
      file: "attempt/next-state.ts",
      find: "Math.max(backoffMaxMs, backoff.delayMs)",
      replace: "backoffMaxMs * 1_000",
      breaks: "An exponential wait has a bound.",
      tests: policy,
    },
    {
      file: "attempt/next-state.ts",
      find: "if (problem !== undefined) return unserialisable(",
      replace: "if (false) return unserialisable(",
      breaks: "A result with half a surrogate pair, which many cannot read, fails its task.",
      tests: policy,
    },
    {
      file: "attempt/run-within.ts",
      find: '(aborted.kind === "interrupted" && ending.kind === "succeeded")',
      replace: "false",
      breaks: "A result that comes within the grace of an interruption counts.",
      tests: bounds,
    },
    {
      file: "attempt/run-within.ts",
      find: "Math.min(timeoutMs, timerMaxMs)",
      replace: "timeoutMs",
      breaks: "A very long timeout does not end the attempt at once.",
      tests: bounds,
    },
    {
      file: "attempt/run-within.ts",
      find: "  if (interrupted.aborted) return endingOf(interrupted.reason);\n",
      replace: "",
      breaks: "An attempt that was interrupted before it began ends.",
      tests: bounds,
    },
    {
      file: "attempt/progress-report.ts",
      find: "Math.min(100, Math.max(0, percent))",
      replace: "percent",
      breaks: "Progress is between 0 and 100.",
      tests: progress,
    },
    {
      file: "attempt/progress-report.ts",
      find: "await this.#sending;\n",
      replace: "",
      breaks: "Progress never comes after the end of its attempt.",
      tests: progress,
    },
    {
      file: "attempt/progress-report.ts",
      find: "if (this.#timer !== undefined || this.#sending !== undefined) return;",
      replace: "if (this.#timer !== undefined) return;",
      breaks: "Two writes of progress are never under way at once.",
      tests: progress,
    },
  ],
};
