import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { startTcpProxy } from "@switchyard/testkit/tcp-proxy";
import { spreadOf } from "@switchyard/testkit/spread";
import { unless, type Scenario } from "../scenario.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

/** A redis port nobody listens on while the line is cut. */
const nowhere: readonly number[] = [];

export const deafWaiters: Scenario = {
  id: "F29",
  promise:
    "an api that hears nothing for 10 s, while far more events pass than BullMQ keeps, answers everybody who waits",
  async run({ isLong }) {
    let route = nowhere;
    const line = await startTcpProxy({ route: () => route });
    const scale = isLong ? { waiters: 200, events: 20_000, ms: 10_000 } : { waiters: 50, events: 2_000, ms: 2_000 };
    const options = { workers: 2, apiRedisPort: line.port, worker: { concurrency: 25 } };
    try {
      return await withTaskStage(options, async (stage) => {
        route = [stage.redis.port];
        await stage.addApi();
        const faults = {
          cut: {
            begin: () => {
              route = nowhere;
              line.reset();
            },
            end: () => void (route = [stage.redis.port]),
          },
          deaf: { begin: () => line.blackhole(), end: () => line.heal() },
        };
        const figures: Record<string, string> = {};
        const broken: string[] = [];
        for (const [name, fault] of Object.entries(faults)) {
          const { answers, events, afterMs } = await deafen(stage, { ...scale, ...fault, name });
          const settled = answers.filter((status) => status === "succeeded").length;
          const spread = spreadOf(afterMs);
          figures[name] =
            `${settled} of ${answers.length} answered, ${events} events meanwhile; ms after it heard again p50/max: ${spread.p50}/${spread.max}`;
          broken.push(
            ...unless(settled === answers.length, `${name}: ${answers.length - settled} were not told the end`),
            // Not by the end of their patience, when everybody is answered.
            ...unless(spread.max <= 5_000, `${name}: the last was told ${spread.max} ms after it was heard again`),
            ...unless(events >= scale.events, `${name}: only ${events} events passed`),
          );
        }
        return { figures, broken };
      });
    } finally {
      await line.close();
    }
  },
};

interface Deafness {
  readonly name: string;
  readonly waiters: number;
  readonly events: number;
  readonly ms: number;
  readonly begin: () => void;
  readonly end: () => void;
}

async function deafen(stage: TaskStage, fault: Deafness) {
  const { queue, admin } = stage;
  const group = `watched-${fault.name}`;
  await queue.groups.configure(group, { concurrency: 50 });
  await queue.groups.pause(group);
  const enqueue = (group: string, index: number) =>
    queue.enqueue({ handler: "work", group, data: { log: stage.log, name: `${group}-${index}` } });
  // After the fault before it the api may not have its connections back yet, and would say so.
  await eventually(
    async () => {
      const { status } = await stage.request("/readyz");
      if (status !== 200) throw new Error("the api is not ready");
    },
    { timeoutMs: 20_000 },
  );
  const watched = await Promise.all(Array.from({ length: fault.waiters }, (_, index) => enqueue(group, index)));
  let healedAtMs = Infinity;
  const waiting = Promise.all(
    watched.map(async ({ task }) => {
      const { body } = await stage.request(`/v1/tasks/${task.id}?wait=60`);
      return { status: (body as { status: string }).status, afterMs: performance.now() - healedAtMs };
    }),
  );
  // Heard below, unless something else goes wrong first.
  waiting.catch(() => undefined);
  // Everybody has subscribed. One who comes after them is answered after them over the same connections: all have read once.
  await eventually(
    async () => {
      const channels = (await admin.pubsub("CHANNELS", "{sy:tasks}:settled:*")) as string[];
      if (channels.length < fault.waiters) throw new Error(`${channels.length} wait`);
    },
    { timeoutMs: 20_000 },
  );
  const { task: last } = await enqueue(group, fault.waiters);
  await stage.request(`/v1/tasks/${last.id}?wait=1`);
  const before = await eventsSoFar(stage);
  const begunAtMs = performance.now();
  fault.begin();
  await queue.groups.resume(group);
  let count = 0;
  while ((await eventsSoFar(stage)) - before < fault.events || performance.now() - begunAtMs < fault.ms) {
    await Promise.all(Array.from({ length: 50 }, () => enqueue(`other-${count++ % 100}`, count)));
    await sleep(10);
  }
  await stage.idle();
  const events = (await eventsSoFar(stage)) - before;
  healedAtMs = performance.now();
  fault.end();
  const answers = await waiting;
  return { answers: answers.map(({ status }) => status), events, afterMs: answers.map(({ afterMs }) => afterMs) };
}

/** BullMQ keeps about the newest ten thousand of them. */
async function eventsSoFar({ admin }: TaskStage): Promise<number> {
  const flat = (await admin.xinfo("STREAM", "{sy:tasks}:tasks:events")) as (string | number)[];
  return Number(flat[flat.indexOf("entries-added") + 1]);
}
