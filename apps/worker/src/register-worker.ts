import { randomUUID } from "node:crypto";
import { registerProcess } from "@switchyard/broker/register-process";
import { type EffectiveSettings, keptSettings } from "@switchyard/runtime/effective-settings";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import type { HandlerState, WorkerState } from "@switchyard/tasks/worker-registry";
import manifest from "../package.json" with { type: "json" };
import type { PoolLine } from "./pool/pool-line.ts";
import type { WorkerLoad } from "./worker-load.ts";

export interface RegisterWorkerOptions {
  readonly settings: Pick<Settings, "redis" | "handlers" | "worker">;
  /** Said with its place on the list. */
  readonly effective: EffectiveSettings;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
  /** How people find it: the host and the port of its probes, or its pool and its number there. */
  readonly name: string;
  readonly load: Pick<WorkerLoad, "busy" | "busyRetrying" | "running" | "secondsPerTask" | "attemptSeconds">;
  /** Of the parent that started it. */
  readonly line?: Pick<PoolLine, "pool" | "isCut"> | undefined;
}

export interface RegisteredWorker {
  /** Calls that nobody else answers are refused at once from now on, in place of waiting for their deadline. */
  beginDrain(): Promise<void>;
  /** Whether another worker has this handler, and takes tasks. */
  isElsewhere(handler: string): Promise<boolean>;
  /** Those that take tasks. */
  listWorkers(): Promise<readonly WorkerState[]>;
}

/** The queue of BullMQ every worker takes from today. */
const queue = "tasks";

/**
 * Says what this worker can run and how busy it is, for as long as it lives: a task nobody can run is refused where it is enqueued, and a
 * pool knows how long what waits will take. The lease is renewed every 3 s and runs out after 10 s, and after a loss of Redis' data the next renewal writes it again.
 */
export async function registerWorker(options: RegisterWorkerOptions): Promise<RegisteredWorker> {
  const { settings, effective, logger, stack, name: called, load, line } = options;
  const own: Omit<WorkerState, "busy" | "busyRetrying" | "running" | "secondsPerTask" | "attemptSeconds"> = {
    uid: randomUUID(),
    name: called,
    version: manifest.version,
    queue,
    handlers: Object.entries(settings.handlers).map(([name, { kind, version, concurrency = 0 }]): HandlerState => ({
      name,
      kind,
      concurrency,
      ...(version !== undefined && { version }),
    })),
    concurrency: settings.worker.concurrency,
    startedAtMs: Date.now(),
    ...(line !== undefined && { pool: line.pool }),
  };
  let isDraining = false;
  const describe = (): WorkerState => ({
    ...own,
    busy: load.busy(),
    busyRetrying: load.busyRetrying(),
    running: load.running(),
    secondsPerTask: load.secondsPerTask(),
    attemptSeconds: load.attemptSeconds(),
    ...(isDraining && { isDraining }),
    ...(line?.isCut() === true && { isOrphan: true }),
  });
  const registration = stack.use(
    await registerProcess({
      redis: settings.redis,
      logger,
      kind: "workers",
      describe,
      settings: keptSettings(effective),
    }),
  );
  const listWorkers = async () => (await registration.list()).filter((worker) => !worker.isDraining);
  return {
    listWorkers,
    async isElsewhere(handler) {
      const others = (await listWorkers()).filter(({ uid }) => uid !== own.uid);
      return others.some(({ handlers }) => handlers.some(({ name }) => name === handler));
    },
    beginDrain() {
      isDraining = true;
      return registration.announce();
    },
  };
}
