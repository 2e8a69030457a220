import type { TaskId } from "@switchyard/protocol/task-id";
import type { Redis } from "ioredis";
import { connectRedis } from "@switchyard/redis/connect-redis";
import type { Logger } from "@switchyard/runtime/logger";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { checkRedis } from "../redis/check-redis.ts";
import type { RecordAnnouncement } from "../redis/record-announcement.ts";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createRecordStore, type RecordStore } from "../redis/record-store.ts";
import { createTaskKeys, type TaskKeys } from "../redis/task-keys.ts";
import { createTaskPolicy } from "../task-policy.ts";
import type { OnSettled, RunAttempt, TaskWorker } from "../task-worker.ts";
import { watchCancellations } from "./cancel-watcher.ts";
import { createGroupBackends } from "./groups/create-group-backends.ts";
import { groupScripts } from "./groups/group-scripts.ts";
import type { ScriptPlace } from "../redis/define-script.ts";
import { groupPlace } from "./groups/group-place.ts";
import { rebuildLostIndex } from "./groups/rebuild-index.ts";
import { keepSettings } from "./groups/keep-settings.ts";
import type { KeptWorker } from "./groups/keep-shares.ts";
import type { FiringReport } from "../schedules/fire-due.ts";
import { schedulePlace } from "../schedules/schedule-scripts.ts";
import { createTicker, type ScheduleLook } from "../schedules/ticker.ts";
import { type DroppedLetters, tellDroppedLetters } from "./dropped-letters.ts";
import { createTaskEncoder } from "./encode-task.ts";
import { listenForSchedules } from "./schedule-listener.ts";
import { watchStrangers } from "./stranger-watch.ts";
import { createLackedHandlers } from "./lacked-handlers.ts";
import { type Completed, failLostJob, processJob, type JobProcessorOptions } from "./process-job.ts";
import { retryDelayMs } from "./refusal-of.ts";
import { createRunApart } from "./run-apart.ts";
import { SlotWorker } from "./slot-worker.ts";
import type { TakenTask } from "./taken-task.ts";
import { within } from "../within.ts";

export interface BullWorkerOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly settings: Settings["tasks"];
  readonly handlers: Settings["handlers"];
  /** Tasks at the same time. */
  readonly concurrency: number;
  readonly run: RunAttempt;
  readonly onSettled: OnSettled;
  /** What this worker is called in what it notes of attempts; empty by default. */
  readonly name?: () => string;
  /** Told how many dead letters a group has lost to its bound. */
  readonly onLettersDropped?: (count: number) => void;
  /** How records become known to others, in the step that changes them. */
  readonly announcement?: RecordAnnouncement;
  /** Settings of groups; default: none. */
  readonly groups?: Settings["groups"];
  /** Told of every schedule this worker has fired. */
  readonly onFired?: (report: FiringReport) => void;
  /** Told now and then how many schedules there are, and whether this worker may fire them. */
  readonly onSchedules?: (look: ScheduleLook) => void;
  /** Whether another worker that is alive has this handler, which this one has not; default: none has. */
  readonly isElsewhere?: (handler: string) => Promise<boolean>;
  /** The workers that are alive and take tasks, this one among them, for what they say of shares and paces; default: it is all there is. */
  readonly listWorkers?: () => Promise<readonly KeptWorker[]>;
  /** What a handler gets between the abort signal and being given up; default 5 s. */
  readonly graceMs?: number;
}

const defaultGraceMs = 5_000;
/** For the writes after the last attempt of a drain. */
const handBackMs = 2_000;
const secondsOf = { hour: 3_600, week: 604_800 } as const;

/**
 * Over three connections: one for commands, one that waits for tasks, one that hears of cancellations.
 * @throws StartupError when Redis cannot be reached now, or BullMQ is not the one groups were written for.
 */
export async function createBullWorker(options: BullWorkerOptions): Promise<TaskWorker> {
  const { redis, graceMs = defaultGraceMs } = options;
  const logger = options.logger.child({ role: "task worker" });
  const stack = createReleaseStack();
  try {
    const connection = await connectRedis({ url: redis.url, patience: "wait", logger });
    stack.defer("redis", () => connection.disconnect());
    const subscriber = await connectRedis({
      url: redis.url,
      patience: "wait",
      logger: logger.child({ role: "cancellations" }),
    });
    stack.defer("redis subscriber", () => subscriber.disconnect());
    const keys = createTaskKeys(redis.prefix);
    const prelude = recordPrelude(keys, options.announcement);
    /** One entry per execution in flight, by job. */
    const inFlight = new Map<TaskId, AbortController>();
    const records = createRecordStore(connection, keys, prelude);
    const dropped = stack.use(tellDroppedLetters(logger));
    const parts: Parts = { ...options, connection, keys, prelude, records, inFlight, dropped, logger, graceMs };
    const place = groupPlace(connection, keys, prelude);
    const worker = openWorker(parts, place);
    // Forced: what was in flight has been waited for by `drain`, and without Redis nothing else would end.
    stack.defer("queue worker", async () => void (await within(handBackMs, worker.close(true))));
    await worker.waitUntilReady();
    await watchCancellations({ subscriber, records, keys, logger, inFlight });
    const shares = await keepSettings({ ...parts, place, stack });
    // Beside the work: until it is done, what an index lost long ago is missing still, and nothing else.
    void rebuildLostIndex(place).catch((error: unknown) => logger.warn({ err: error }, "group index not rebuilt"));
    stack.defer("stranger watch", watchStrangers({ connection, keys, logger }));
    const ticker = createTicker({
      place: schedulePlace(place, keys),
      policy: createTaskPolicy(options.settings, options.handlers),
      encode: createTaskEncoder(keys),
      logger,
      onFired: options.onFired ?? (() => undefined),
      ...(options.onSchedules !== undefined && { onLook: options.onSchedules }),
    });
    // Bounded, as a look may wait for Redis.
    const stopTicker = async () => void (await within(handBackMs, ticker.close()));
    stack.defer("schedules", stopTicker);
    await listenForSchedules({ subscriber, keys, logger, ticker });
    const life = lifeOf(worker, parts);
    return {
      ...life,
      start() {
        life.start();
        ticker.start();
        shares.start();
      },
      async drain(timeoutMs) {
        // What it says of shares counts no more: it takes nothing.
        shares.close();
        // First the queue, which takes nothing more from this very moment on.
        await Promise.all([life.drain(timeoutMs), stopTicker()]);
      },
      close: () => stack.close(),
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

interface Parts extends BullWorkerOptions {
  readonly connection: Redis;
  readonly keys: TaskKeys;
  readonly prelude: string;
  readonly records: RecordStore;
  readonly inFlight: Map<TaskId, AbortController>;
  readonly dropped: DroppedLetters;
  readonly graceMs: number;
}

function openWorker(parts: Parts, place: ScriptPlace): SlotWorker {
  const { connection, keys, prelude, inFlight, logger, concurrency } = parts;
  const policy = createTaskPolicy(parts.settings, parts.handlers);
  const worker = new SlotWorker({
    name: keys.queueName,
    options: {
      connection,
      prefix: keys.queuePrefix,
      autorun: false,
      concurrency,
      lockDuration: policy.lockDurationMs,
      // At the default lock of 10 s a lost task is run again after 14 s at the latest, when one look just misses the lock's end.
      stalledInterval: Math.ceil(policy.lockDurationMs / 3),
      settings: { backoffStrategy: (_attempts, _type, error) => retryDelayMs(error) },
      // By age and number, or finished jobs fill Redis; the records have their own time to live.
      removeOnComplete: { age: secondsOf.hour, count: 1_000 },
      // How many of them there may be is bounded by group; see dead-letters.lua.
      removeOnFail: { age: secondsOf.week, limit: 100 },
    },
    backends: createGroupBackends({ connection, keys, prelude, logger }),
    process: runTask,
    onLost: (task) => failLostJob(task, processor),
    onBroken: async ({ id, token }, error) => {
      logger.error({ err: error, taskId: id }, "task cannot be ended as it is, and is set aside");
      await groupScripts.setAsideTask.run(place, { id, token, reason: error.message });
    },
  });
  const { handovers } = worker.getBackend();
  handovers.lettersDropped = (count) => {
    parts.dropped.add(count);
    parts.onLettersDropped?.(count);
  };
  const mayWait = createLackedHandlers({
    place,
    logger,
    waitMs: policy.handlerWaitMs,
    isElsewhere: parts.isElsewhere ?? (() => Promise.resolve(false)),
  });
  const runApart = createRunApart({ place, logger });
  const processor: JobProcessorOptions = { name: () => "", ...parts, handovers, policy, mayWait, runApart };

  async function runTask(task: TakenTask): Promise<Completed> {
    const interrupt = new AbortController();
    inFlight.set(task.id, interrupt);
    try {
      return await processJob(task, interrupt, processor);
    } finally {
      // After a lost lock the next execution of the same job may be running here already.
      if (inFlight.get(task.id) === interrupt) inFlight.delete(task.id);
    }
  }

  worker.on("error", (error) => {
    // An outage is told once, by the connection; here it comes again with every attempt to reconnect.
    logger[connection.status === "ready" ? "warn" : "debug"]({ err: error }, "queue worker error");
  });
  worker.on("stalled", (taskId) => logger.warn({ taskId }, "task taken from a lost worker"));
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) inFlight.get(id as TaskId)?.abort(new Error("the task was lost to another worker"));
  });
  return worker;
}

function lifeOf(worker: SlotWorker, { connection, inFlight, logger, graceMs }: Parts): Omit<TaskWorker, "close"> {
  /** A second drain waits for the same end: BullMQ's `pause` returns at once when it is called again. */
  let idle: Promise<void> | undefined;
  return {
    start() {
      worker.run().catch((error: unknown) => logger.error({ err: error }, "queue worker ended"));
    },
    async drain(timeoutMs) {
      // Ends the blocking read, too: a worker that is draining takes nothing any more.
      idle ??= worker.pause().catch((error: unknown) => logger.debug({ err: error }, "pause failed"));
      // Without Redis the pause does not end, and there is nothing to wait for.
      if (inFlight.size === 0 && (await checkRedis(connection)) !== undefined) return;
      const deadline = setTimeout(() => {
        for (const interrupt of inFlight.values()) interrupt.abort(new Error("the worker stops"));
      }, timeoutMs);
      const isIdle = await within(timeoutMs + graceMs + handBackMs, idle);
      clearTimeout(deadline);
      // What could not be handed back is taken from us when its lock has run out.
      if (!isIdle) logger.warn({ tasks: inFlight.size }, "tasks left behind");
    },
    async check() {
      const reason = await checkRedis(connection);
      if (reason !== undefined) return reason;
      return worker.isRunning() && !worker.isPaused() ? undefined : "it takes no tasks";
    },
  };
}
