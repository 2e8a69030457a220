import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { unless, type Scenario } from "../scenario.ts";
import type { Poison } from "../tasks/poison-handler.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

/** What the record says in the end, and how many workers it may cost. */
const ends: Readonly<Record<Poison, { code: string; workers: number }>> = {
  throws: { code: "handler_failed", workers: 0 },
  exits: { code: "worker_lost", workers: 3 },
  hoards: { code: "worker_lost", workers: 3 },
  loops: { code: "worker_lost", workers: 3 },
  huge: { code: "result_too_large", workers: 0 },
  unserialisable: { code: "result_unserialisable", workers: 0 },
};
const everyMs = 15_000;
const healthyAtOnce = 10;

/** The short form is apps/worker/src/poison.redis.test.ts. */
export const poison: Scenario = {
  id: "F26",
  promise:
    "a task that throws, exits, hoards memory, loops for ever, returns 50 MB or no JSON costs three workers at most and is a dead letter; the others go on",
  isLongOnly: true,
  run: () => {
    const module = fileURLToPath(new URL("../tasks/poison-handler.ts", import.meta.url));
    const options = {
      workers: 2,
      handlers: { poison: { kind: "module", module, timeout: "2s" } },
      tasks: { lock_duration: "2s", backoff: "10ms" },
      worker: { concurrency: 10 },
      env: { NODE_OPTIONS: "--max-old-space-size=128" },
    };
    return withTaskStage(options, attack);
  },
};

async function attack(stage: TaskStage) {
  const flow = startHealthyFlow(stage);
  await sleep(everyMs);
  const alone = flow.doneSoFar() / (everyMs / 1_000);
  const begunAtMs = performance.now();
  const before = flow.doneSoFar();
  const figures: Record<string, string> = {};
  const broken: string[] = [];
  for (const [kind, expected] of Object.entries(ends)) {
    const roundEndMs = performance.now() + everyMs;
    const restartsBefore = restartsOf(stage);
    const { task } = await stage.queue.enqueue({ handler: "poison", data: { kind }, group: kind, attempts: 3 });
    const record = await stage.queue.waitForSettled(task.id, 60_000);
    // Some take their time to die, long after others have taken over.
    await sleep(Math.max(0, roundEndMs - performance.now()));
    await Promise.all(stage.workers.map((worker) => worker.ready()));
    const lost = restartsOf(stage) - restartsBefore;
    const dead = (await stage.queue.groups.deadLetters(kind, {})).items.length;
    figures[kind] = `${record?.error?.code}, ${record?.attempt} attempts, ${lost} workers, ${dead} dead letter`;
    broken.push(
      ...unless(record?.error?.code === expected.code, `${kind}: ended with ${JSON.stringify(record?.error)}`),
      ...unless(lost <= expected.workers, `${kind}: cost ${lost} workers`),
      ...unless(dead === 1, `${kind}: ${dead} dead letters`),
    );
  }
  const beside = (flow.doneSoFar() - before) / ((performance.now() - begunAtMs) / 1_000);
  const { done, givenUp, lost } = await flow.stop();
  const loss = Math.round(100 * (1 - beside / alone));
  return {
    figures: {
      ...figures,
      "healthy tasks": done,
      "healthy tasks given up, having shared both workers with poison": givenUp,
      "healthy tasks/s alone": Math.round(alone),
      [`healthy tasks/s with a poison every ${everyMs / 1_000} s`]: Math.round(beside),
      "loss of throughput %": loss,
    },
    broken: [
      ...broken,
      ...unless(lost === 0, `${lost} healthy tasks lost`),
      ...unless(loss < 20, `healthy tasks lost ${loss} % of their throughput`),
    ],
  };
}

function restartsOf(stage: TaskStage): number {
  return stage.workers.reduce((sum, { restarts }) => sum + restarts, 0);
}

/** So many healthy tasks at any time, each replaced when it is done. */
function startHealthyFlow(stage: TaskStage) {
  let isStopped = false;
  let done = 0;
  let givenUp = 0;
  let lost = 0;
  async function flow(): Promise<void> {
    while (!isStopped) {
      const { task } = await stage.queue.enqueue({
        handler: "work",
        data: { log: stage.log, name: "healthy", ms: 50 },
      });
      const record = await stage.queue.waitForSettled(task.id, 60_000);
      if (record?.status === "succeeded") done += 1;
      else if (record?.error?.code === "worker_lost") givenUp += 1;
      else lost += 1;
    }
  }
  const flowing = Promise.all(Array.from({ length: healthyAtOnce }, flow));
  // Heard by stop(), unless something else goes wrong first.
  flowing.catch(() => undefined);
  return {
    doneSoFar: () => done,
    async stop() {
      isStopped = true;
      await flowing;
      return { done, givenUp, lost };
    },
  };
}
