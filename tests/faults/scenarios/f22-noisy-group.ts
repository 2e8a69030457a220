import { setTimeout as sleep } from "node:timers/promises";
import { spreadOf, type Spread } from "@switchyard/testkit/spread";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { unless, type Scenario } from "../scenario.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

const quietGroups = 50;
const quietTasks = 500;
const taskMs = 50;
/** When every place is taken, a wait is no shorter than a task's run, and what the machine adds to it. */
const placeMs = taskMs + 20;

export const noisyGroup: Scenario = {
  id: "F22 fairness",
  promise:
    "a group with 10 000 tasks waiting, free to use every worker, makes quiet groups wait at most twice as long, and for one place",
  isLongOnly: true,
  run: ({ seed }) =>
    withTaskStage(
      { workers: 2, worker: { concurrency: 10 }, groups: { noisy: { concurrency: 1_000 } } },
      async (stage) => {
        const random = seededRandom(seed);
        await quietLoad(stage, "warm", random);
        const idle = await quietLoad(stage, "idle", random);
        const backlog = 10_000;
        for (let count = 0; count < backlog; count += 500) {
          await stage.queue.enqueueMany(
            Array.from({ length: 500 }, () => ({
              handler: "work",
              group: "noisy",
              data: { log: stage.log, name: "noisy", ms: taskMs },
            })),
          );
        }
        const startedBefore = noisyStarts(stage);
        const busy = await quietLoad(stage, "busy", random);
        const left = backlog - noisyStarts(stage);
        const words = ({ count, p50, p99, max }: Spread) => `${count} tasks, p50/p99/max ${p50}/${p99}/${max}`;
        return {
          figures: {
            "quiet tasks' wait ms, idle": words(idle),
            "quiet tasks' wait ms, beside the noisy group": words(busy),
            "noisy tasks started meanwhile": backlog - left - startedBefore,
            "noisy tasks still waiting at the end": left,
          },
          broken: [
            ...unless(busy.p99 <= 2 * idle.p99 + placeMs, `p99 ${busy.p99} ms beside it, ${idle.p99} ms alone`),
            ...unless(left > 0, "the noisy group was done before the quiet ones: nothing was shown"),
          ],
        };
      },
    ),
};

function noisyStarts(stage: TaskStage): number {
  return stage.effects().filter(({ kind, name }) => kind === "start" && name === "noisy").length;
}

/** A task every 5 ms or so, each for one of the quiet groups; how long they waited for their start. */
async function quietLoad(stage: TaskStage, name: string, random: () => number): Promise<Spread> {
  const sentAtMs = new Map<string, number>();
  for (let index = 0; index < quietTasks; index++) {
    const atMs = Date.now();
    const { task } = await stage.queue.enqueue({
      handler: "work",
      group: `quiet-${Math.floor(random() * quietGroups)}`,
      data: { log: stage.log, name },
    });
    sentAtMs.set(task.id, atMs);
    await sleep(random() * 10);
  }
  const started = () => stage.effects().filter((effect) => effect.kind === "start" && effect.name === name);
  while (started().length < quietTasks) await sleep(50);
  return spreadOf(started().map(({ task, atMs }) => atMs - (sentAtMs.get(task) ?? atMs)));
}
