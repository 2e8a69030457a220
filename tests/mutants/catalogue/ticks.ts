import type { MutantGroup } from "../mutant.ts";

const plans = ["packages/tasks/src/schedules/plan-firing.test.ts"];
const times = ["packages/tasks/src/schedules/timing.test.ts"];
const requests = ["packages/tasks/src/schedules/parse-schedule.test.ts"];

/** When the ticks of a schedule are, which of them run, and what can be asked for. */
export const tickMutants: MutantGroup = {
  name: "ticks",
  root: "packages/tasks/src/schedules",
  tests: plans,
  mutants: [
    {
      file: "plan-firing.ts",
      find: 'if (isOnTime || timing.kind === "once") return',
      replace: "if (isOnTime) return",
      breaks: "A one-shot runs however late it is.",
    },
    {
      file: "plan-firing.ts",
      find: "fromMs: Math.max(tick, nowMs - spec.missedWindowMs)",
      replace: "fromMs: tick",
      breaks: "What was missed longer ago than missedWindowMs does not run.",
    },
    {
      file: "plan-firing.ts",
      find: "Math.max(0, count - 1)",
      replace: "count",
      breaks: "Every tick is run or counted, once.",
    },
    {
      file: "plan-firing.ts",
      find: ".update(`${id}\\n${tick}`)",
      replace: ".update(id)",
      breaks: "Jitter differs from tick to tick.",
    },
    {
      file: "timing.ts",
      find: "tick > timing.endAtMs)",
      replace: "tick >= timing.endAtMs)",
      breaks: "A tick at the very end belongs to the schedule.",
      tests: times,
    },
    {
      file: "timing.ts",
      find: "timing.startAtMs - 1)",
      replace: "timing.startAtMs)",
      breaks: "A tick at the very beginning belongs to the schedule.",
      tests: times,
    },
    {
      file: "timing.ts",
      find: "?? toMs + 1)",
      replace: "?? toMs)",
      breaks: "Looking back finds a tick at the time itself.",
      tests: times,
    },
    {
      file: "cron-text.ts",
      find: ', fixedTimeRule: "no-wildcard"',
      replace: "",
      breaks: "A time of day that the clock leaves out comes right after the gap, those of lists, too.",
      tests: times,
    },
    {
      file: "parse-schedule.ts",
      find: "const bytes = Buffer.byteLength(JSON.stringify(spec));",
      replace: "const bytes = JSON.stringify(spec).length;",
      breaks: "The bound on a schedule counts bytes.",
      tests: requests,
    },
    {
      file: "parse-schedule.ts",
      find: "if (bounds.endAtMs > 0 && bounds.endAtMs <= bounds.startAtMs) reject",
      replace: "if (false) reject",
      breaks: "A schedule that ends before it begins is refused.",
      tests: requests,
    },
    {
      file: "local-time.ts",
      find: 'return fold === "second" ? second : first;',
      replace: "return first;",
      breaks: "Of a time that the clock shows twice the second can be asked for.",
      tests: requests,
    },
  ],
};
