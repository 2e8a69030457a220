import { expect, test } from "vitest";
import { checkRunLog } from "./check-run-log.ts";
import { runGroupTrial } from "./group-trial.ts";
import { tellHistory } from "./tell-history.ts";

// `GROUP_TASKS=1000000 npm run faults:groups` is the long run; with `GROUP_POOLS=true` every worker is a pool.
const tasks = Number(process.env["GROUP_TASKS"] ?? 6_000);
const seed = Number(process.env["GROUP_SEED"] ?? Date.now() % 1_000_000);
const arePools = process.env["GROUP_POOLS"] === "true";

test(
  "workers killed and stopped, groups paused and resized at random: never more at once than allowed, never out of order, none lost, nothing left behind",
  { timeout: 60_000 + tasks * 20 },
  async () => {
    const { statuses, events, order, lost, leftovers, done, seconds } = await runGroupTrial({
      tasks,
      groups: 200,
      workers: arePools ? 2 : 3,
      seed,
      arePools,
    });
    const circumstances = `seed ${seed}, ${Math.round(seconds)} s, ${done.join("; ")}`;
    console.info(`${tasks} tasks, ${JSON.stringify(statuses)}, ${lost.size} given up; ${circumstances}`);
    const violations = checkRunLog(events, { order, lost });
    if (violations.overlaps.length > 0) {
      console.info(tellHistory(events, new Set(violations.overlaps.join().match(/t_[\w-]+/g))));
    }
    expect(violations).toEqual({ overlaps: [], disorders: [] });
    expect({ ...statuses, failed: 0 }).toEqual({ succeeded: tasks - lost.size, failed: 0 });
    expect(statuses["failed"] ?? 0).toBe(lost.size);
    expect(leftovers).toEqual([]);
  },
);
