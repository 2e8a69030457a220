import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import type { Backlog } from "@switchyard/tasks/backlog";
import { openBacklog } from "@switchyard/tasks/open-backlog";
import { type WaitingPart, waitingWork } from "@switchyard/tasks/slots-needed";
import { handledBy, type WorkerRegistry, type WorkerState } from "@switchyard/tasks/worker-registry";
import type { PoolBacklog } from "./pool-sample.ts";

export interface OpenShare {
  readonly settings: Pick<Settings, "redis">;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
  /** The name of this one. */
  readonly pool: string;
}

/** Workers come and go, but how many pools there are, and what they have handlers for, changes seldom. */
const countEveryMs = 5_000;

/**
 * What waits for this pool: an even share of the queue. Pools that each grew for all of it would be as many times too large.
 * @throws StartupError when Redis cannot be reached now
 */
export async function openShare({ settings, logger, stack, pool }: OpenShare): Promise<() => Promise<PoolBacklog>> {
  const { redis } = settings;
  const backlog = stack.use(await openBacklog(redis, logger));
  const workers: WorkerRegistry = stack.use(
    await createRedisNodeRegistry<WorkerState>({ redis, logger, kind: "workers" }),
  );
  let alive: readonly WorkerState[] = [];
  let countedMs = -Infinity;
  return async () => {
    const waiting = await backlog.read();
    if (performance.now() - countedMs >= countEveryMs) {
      countedMs = performance.now();
      alive = await workers.list();
    }
    // Another pool may have handlers that this one has not, as in every deployment that adds one.
    const own = alive.filter((worker) => worker.pool === pool);
    return shareOf(waiting, { parts: countSharers(alive, pool), isHandled: handledBy(own) });
  };
}

/** Pools, and workers that are of none; this one is there before its processes are. */
export function countSharers(workers: readonly Pick<WorkerState, "uid" | "pool">[], own: string): number {
  return new Set([own, ...workers.map(({ uid, pool }) => pool ?? uid)]).size;
}

export function shareOf(backlog: Backlog, part: WaitingPart): PoolBacklog {
  const waiting = waitingWork(backlog, part);
  const ages = waiting.handlers.flatMap(({ oldestAgeMs }) => oldestAgeMs ?? []);
  return { ...waiting, oldestAgeMs: ages.length === 0 ? null : Math.max(...ages) };
}
