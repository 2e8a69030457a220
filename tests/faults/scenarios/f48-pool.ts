import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { childrenOf } from "@switchyard/testkit/process-tree";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { unless, type Scenario } from "../scenario.ts";
import { signalAll } from "../tasks/pooled-worker.ts";
import { watchPool } from "../tasks/pool-watch.ts";
import { brokenTaskPromises, taskFigures } from "../tasks/task-figures.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

const max = 4;
const taskMs = 50;
/** A minute until the first goes, half a minute for each, and room for a busy machine. */
const shrinkWithinMs = 60_000 + max * 30_000 + 30_000;

/** Small forms are in apps/worker/src/pool/pool.redis.test.ts. */
export const poolUnderFire: Scenario = {
  id: "F48",
  promise:
    "a backlog brings a pool from one process to four and back; no task is lost, and none runs again but what a killed process ran, with processes and the pool itself killed at random",
  isLongOnly: true,
  run: ({ seed, isLong }) =>
    withTaskStage(
      {
        workers: 1,
        worker: { concurrency: 10 },
        tasks: { lock_duration: "2s" },
        env: { SWITCHYARD_WORKER_PROCESSES_MIN: "1", SWITCHYARD_WORKER_PROCESSES_MAX: String(max) },
      },
      async (stage) => {
        const tasks = isLong ? 10_000 : 4_000;
        const quiet = await runBacklog(stage, tasks, "quiet");
        const shrunk = isLong ? await quiet.watch.shrunkTo(1, shrinkWithinMs) : undefined;
        const quietStarts = starts(stage).length;
        quiet.watch.stop();

        const fire = makeTrouble(stage, seededRandom(seed));
        const burning = await runBacklog(stage, tasks, "fire", () => fire.stop());
        burning.watch.stop();
        const kills = await fire.done;
        const order = new Map([...quiet.order, ...burning.order]);
        const givenUp = withoutHope(stage, kills.pids);
        for (const task of givenUp) order.delete(task);
        const verdict = await stage.verdict(order);
        const again = ranAgain(stage, kills.pids);
        return {
          figures: {
            ...taskFigures(verdict),
            [`s until ${max} processes`]: quiet.watch.reached(max) ?? "never",
            "tasks/s": Math.round(tasks / quiet.seconds),
            ...(shrunk !== undefined && { "s from the last task until one process": shrunk }),
            "processes killed": kills.pids.size,
            "pools killed": kills.pools,
            "run again": again.lost,
            "given up, having cost two processes": givenUp.length,
          },
          broken: [
            ...brokenTaskPromises(verdict),
            ...unless(quiet.watch.most === max, `${quiet.watch.most} processes instead of ${max}`),
            ...unless(quietStarts === tasks, `${quietStarts} starts of ${tasks} tasks, and nothing was killed`),
            ...unless(again.others === 0, `${again.others} ran again though nobody killed their process`),
          ],
        };
      },
    ),
};

/** Each a group of its own, so that the order of none is promised and none waits for another. */
async function runBacklog(stage: TaskStage, tasks: number, name: string, onNearlyDone = () => undefined as void) {
  const [worker] = stage.workers;
  if (worker === undefined) throw new Error("there is no worker");
  await worker.ready();
  const watch = watchPool(worker);
  const beganMs = performance.now();
  const order = new Map<string, readonly string[]>();
  for (let count = 0; count < tasks; count += 500) {
    const requests = Array.from({ length: 500 }, (_, index) => ({
      handler: "work",
      group: `${name}-${count + index}`,
      data: { log: stage.log, name, ms: taskMs },
    }));
    for (const [index, reply] of (await stage.queue.enqueueMany(requests)).entries()) {
      if (reply instanceof Error) throw reply;
      order.set(requests[index]?.group ?? "", [reply.task.id]);
    }
  }
  const left = async () => {
    const waiting = await stage.admin.zcard("{sy:tasks}:tasks:prioritized");
    if (waiting > tasks / 10) throw new Error(`${waiting} wait`);
  };
  await eventually(left, { timeoutMs: 300_000, everyMs: 500 });
  onNearlyDone();
  await stage.idle();
  return { order, watch, seconds: (performance.now() - beganMs) / 1_000 };
}

/** Now a process, now the pool, until told to stop. */
function makeTrouble(stage: TaskStage, random: () => number) {
  let isStopped = false;
  const pids = new Set<number>();
  let pools = 0;
  async function go() {
    while (!isStopped) {
      await sleep(2_000 + random() * 2_000);
      const pool = stage.workers[0]?.process?.pid;
      if (isStopped || pool === undefined) continue;
      const children = childrenOf(pool);
      const victim = random() < 0.3 ? pool : children[Math.floor(random() * children.length)];
      if (victim === undefined) continue;
      signalAll([victim], "SIGKILL");
      if (victim === pool) pools += 1;
      else pids.add(victim);
    }
    return { pids, pools };
  }
  return { done: go(), stop: () => void (isStopped = true) };
}

function starts(stage: TaskStage) {
  return stage.effects().filter(({ kind }) => kind === "start");
}

function startsByTask(stage: TaskStage) {
  return Map.groupBy(starts(stage), ({ task }) => task);
}

/** Groups of tasks that two killed processes were running: they are taken for poison, and given up. */
function withoutHope(stage: TaskStage, killed: ReadonlySet<number>): string[] {
  return Array.from(startsByTask(stage).values()).flatMap((all) =>
    all.filter(({ pid }) => killed.has(pid)).length >= 2 ? [all[0]?.group ?? ""] : [],
  );
}

/** Executions that another one followed, by whether their process was killed. */
function ranAgain(stage: TaskStage, killed: ReadonlySet<number>) {
  const replaced = Array.from(startsByTask(stage).values()).flatMap((all) => all.slice(0, -1));
  const lost = replaced.filter(({ pid }) => killed.has(pid)).length;
  return { lost, others: replaced.length - lost };
}
