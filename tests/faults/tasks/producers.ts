import { setTimeout as sleep } from "node:timers/promises";
import type { TaskStage } from "./task-stage.ts";

export interface ProducersOptions {
  readonly groups: number;
  /** Between the answer to one request and the next. */
  readonly pauseMs: number;
  readonly taskMs: number;
}

export interface Producers {
  /** Ends once every task is accepted. Returns them in the order they were accepted in, and how long each refusal took. */
  stop(): Promise<{ order: ReadonlyMap<string, readonly string[]>; refusalMs: readonly number[] }>;
}

/**
 * One producer for each group, over HTTP: it sends a task under an idempotency key, again and again until it is accepted,
 * and only then the next, so the order of its group is known whatever happens in between.
 */
export function startProducers(stage: TaskStage, { groups, pauseMs, taskMs }: ProducersOptions): Producers {
  const order = new Map<string, string[]>();
  const refusalMs: number[] = [];
  let isStopped = false;

  async function accepted(group: string, key: string): Promise<string> {
    for (;;) {
      const begunMs = performance.now();
      const data = { log: stage.log, name: key, ms: taskMs };
      const reply = await stage
        .request("/v1/tasks", { method: "POST", body: { handler: "work", group, data, idempotencyKey: key } })
        .catch(() => undefined);
      if (reply?.status === 202) return (reply.body as { id: string }).id;
      refusalMs.push(performance.now() - begunMs);
      await sleep(pauseMs);
    }
  }

  async function produce(group: string): Promise<void> {
    const ids: string[] = [];
    order.set(group, ids);
    while (!isStopped) {
      ids.push(await accepted(group, `${group}-${ids.length}`));
      await sleep(pauseMs);
    }
  }

  const producing = Promise.all(Array.from({ length: groups }, (_, index) => produce(`g${index}`)));
  return {
    async stop() {
      isStopped = true;
      await producing;
      return { order, refusalMs };
    },
  };
}
