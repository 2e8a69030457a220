import { eventually } from "@switchyard/testkit/eventually";
import { overlapPolicies } from "@switchyard/tasks/schedule-spec";
import { readRuns } from "../schedules/judge-ticks.ts";
import { tickHandlers } from "../schedules/tick-watch.ts";
import { type Scenario, unless } from "../scenario.ts";
import { withTaskStage } from "../tasks/task-stage.ts";

const periodMs = 30_000;
/** Three periods, and no more than keeps the end of a run away from a tick: which of the two came first would be chance. */
const takesMs = 92_000;
const runs = 3;

/** By period. */
const expected = {
  skip: [0, 4, 8],
  allow: [0, 1, 2],
  queue: [0, 1, 2],
  buffer_one: [0, 1, 4],
  cancel_other: [0, 1, 2],
} as const satisfies Record<(typeof overlapPolicies)[number], readonly number[]>;

export const overlapAtLength: Scenario = {
  id: "F46",
  promise: "a task that takes three periods of its schedule runs at exactly the ticks that the overlap policy says",
  // Minutes by nature. The short form, seconds instead of half minutes, is a test of its own (schedules.redis.test.ts).
  isLongOnly: true,
  run: () =>
    withTaskStage({ workers: 2, apis: 0, handlers: tickHandlers, worker: { concurrency: 20 } }, async (stage) => {
      const { schedules } = stage.queue;
      const task = { handler: "tick", data: { log: stage.log, takesMs }, timeoutMs: 2 * takesMs };
      for (const overlap of overlapPolicies)
        await schedules.put(overlap, { everyMs: periodMs, task, overlap, maxRuns: runs });
      for (const id of overlapPolicies) {
        await eventually(
          async () => {
            const { state, running } = (await schedules.get(id)) ?? {};
            if (state !== "finished" || running?.length !== 0) throw new Error(`${id} goes on`);
          },
          { timeoutMs: 10 * 60_000, everyMs: 500 },
        );
      }
      const all = Map.groupBy(readRuns(stage.effects()), ({ schedule }) => schedule);
      const found = overlapPolicies.map((id) => {
        const ticks = [...new Set((all.get(id) ?? []).map(({ tickMs }) => tickMs))].toSorted((a, b) => a - b);
        return [id, ticks.map((tick) => (tick - (ticks[0] ?? 0)) / periodMs).join(", ")] as const;
      });
      return {
        figures: Object.fromEntries(found),
        broken: found.flatMap(([id, ticks]) => unless(ticks === expected[id].join(", "), `${id} ran at ${ticks}`)),
      };
    }),
};
