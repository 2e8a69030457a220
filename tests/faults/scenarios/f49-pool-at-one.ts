import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { unless, type Scenario } from "../scenario.ts";
import { watchPool } from "../tasks/pool-watch.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

/** Small forms are in apps/worker/src/pool/pool.redis.test.ts. */
export const poolAtOne: Scenario = {
  id: "F49",
  promise:
    "neither a group of 10 000 tasks that runs one at a time nor 10 000 tasks that always fail bring a second process",
  isLongOnly: true,
  run: ({ isLong }) => {
    const module = fileURLToPath(new URL("../tasks/poison-handler.ts", import.meta.url));
    const options = {
      workers: 1,
      handlers: { poison: { kind: "module", module } },
      worker: { concurrency: 10 },
      env: { SWITCHYARD_WORKER_PROCESSES_MIN: "1", SWITCHYARD_WORKER_PROCESSES_MAX: "4" },
    };
    return withTaskStage(options, async (stage) => {
      const tasks = isLong ? 10_000 : 2_000;
      const inLine = await watch(stage, async () => {
        await enqueue(stage, tasks, { handler: "work", group: "line", data: { log: stage.log, name: "line", ms: 50 } });
        await sleep(isLong ? 60_000 : 20_000);
      });
      const done = stage.effects().filter(({ kind }) => kind === "end").length;
      await stage.queue.groups.drain("line");
      const backoff = { kind: "fixed", delayMs: 100 } as const;
      const failing = await watch(stage, async () => {
        await enqueue(stage, tasks, { handler: "poison", data: { kind: "throws" }, attempts: 3, backoff });
        await stage.idle(300_000);
      });
      const { dead } = (await stage.queue.backlog()).counts;
      return {
        figures: {
          tasks,
          "done one after the other meanwhile": done,
          "processes at the most for the group": inLine,
          "processes at the most for the poison": failing,
          "dead letters": dead,
        },
        broken: [
          ...unless(done > 0, "the group did not run"),
          ...unless(inLine === 1, `the group brought ${inLine} processes`),
          ...unless(failing === 1, `the poison brought ${failing} processes`),
        ],
      };
    });
  },
};

/** @returns processes at the most */
async function watch(stage: TaskStage, act: () => Promise<void>): Promise<number> {
  const [worker] = stage.workers;
  if (worker === undefined) throw new Error("there is no worker");
  const watching = watchPool(worker);
  await act();
  watching.stop();
  return watching.most;
}

type Request = Parameters<TaskStage["queue"]["enqueue"]>[0];

async function enqueue({ queue }: TaskStage, count: number, request: Request): Promise<void> {
  for (let sent = 0; sent < count; sent += 500) await queue.enqueueMany(Array.from({ length: 500 }, () => request));
}
