import { eventually } from "@switchyard/testkit/eventually";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { readRuns } from "../schedules/judge-ticks.ts";
import { tickHandlers } from "../schedules/tick-watch.ts";
import { type Scenario, unless } from "../scenario.ts";
import { armWorkers } from "../tasks/arm-workers.ts";
import type { Strike } from "../tasks/finish-line.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

const strikes: readonly Strike[] = ["before", "inside", "after", "answer"];
const aheadMs = 400;

/** What is struck: the command that fires a schedule, or the one that publishes what it says. */
const targets = ["firing", "publishing"] as const;

export const firingKillPoints: Scenario = {
  id: "F43",
  promise:
    "a worker killed before, while and after it fires a schedule, or publishes what one says, leaves one task and one message of each tick",
  async run({ seed, isLong }) {
    const rounds = isLong ? 10 : 1;
    const random = seededRandom(seed);
    // The points where a worker is gone and its command is not are the ones that others get wrong.
    const chosen = isLong ? strikes : (["inside"] as const);
    const points = Array.from({ length: rounds }, () =>
      chosen.flatMap((strike) => targets.map((target) => ({ strike, target }))),
    )
      .flat()
      .map((point) => ({ point, at: random() }))
      .toSorted((left, right) => left.at - right.at)
      .map(({ point }) => point);
    const options = { workers: 2, apis: 1, hasLines: true, handlers: tickHandlers, tasks: { lock_duration: "1s" } };
    return withTaskStage(options, async (stage) => {
      const broken: string[] = [];
      const counts = new Map<string, number>();
      for (const [index, { strike, target }] of points.entries()) {
        const name = `strike-${index}-`;
        const { found, isStruck } = await strikeOnce(stage, { name, strike, target });
        const where = `${target}, ${strike}`;
        counts.set(where, (counts.get(where) ?? 0) + 1);
        if (found !== 1) broken.push(`${where}: ${found} instead of one`);
        if (!isStruck) broken.push(`${where}: nobody was struck, so nothing was shown`);
      }
      return {
        figures: { strikes: points.length, kills: countRestarts(stage), ...Object.fromEntries(counts) },
        broken: [...broken, ...unless(points.length > 0, "no strikes")],
      };
    });
  },
};

interface Point {
  readonly name: string;
  readonly strike: Strike;
  readonly target: (typeof targets)[number];
}

/** One schedule for one time, and how many tasks, or messages, came of it. */
async function strikeOnce(stage: TaskStage, { name, strike, target }: Point) {
  const channel = `user:${name}`;
  const what =
    target === "firing"
      ? { task: { handler: "tick", data: { log: stage.log } } }
      : { publish: { user: name, data: "once" } };
  // The id is in the command that fires; only the one that publishes has the key of the channel.
  const text = target === "firing" ? name : `{${channel}}`;
  const armed = await armWorkers(stage, text, strike);
  await stage.queue.schedules.put(name, { atMs: Date.now() + aheadMs, ...what });
  const settled = await eventually(
    async () => {
      const found = await stage.queue.schedules.get(name);
      if (found?.last?.status !== "succeeded") throw new Error(`${name}: ${JSON.stringify(found?.last)}`);
      return found;
    },
    { timeoutMs: 30_000, everyMs: 50 },
  );
  const isStruck = await armed.hasStruck();
  await stage.idle();
  if (target === "firing") {
    const runs = readRuns(stage.effects()).flatMap((run) => (run.schedule === name ? [run.taskId] : []));
    return { found: new Set(runs).size, isStruck };
  }
  const { body } = await stage.request("/api/history", { method: "POST", body: { channel, limit: 10 } });
  const { publications } = (body as { result: { publications: readonly unknown[] } }).result;
  return { found: settled.counts.fired === 1 ? publications.length : settled.counts.fired, isStruck };
}

function countRestarts({ workers }: TaskStage): number {
  return workers.reduce((sum, { restarts }) => sum + restarts, 0);
}
