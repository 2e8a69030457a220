import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { TaskId } from "@switchyard/protocol/task-id";
import { connectRedis } from "@switchyard/redis/connect-redis";
import { fateOf } from "@switchyard/redis/command-fate";
import type { Logger } from "@switchyard/runtime/logger";
import { cutText } from "@switchyard/runtime/cut-text";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { acceptRequest } from "../accept-request.ts";
import type { BulkRunner, BulkState } from "../bulk/bulk-acts.ts";
import { parseTaskId } from "../ids-from-outside.ts";
import { createCourseReader } from "../redis/course-reader.ts";
import { checkRedis } from "../redis/check-redis.ts";
import type { ScriptPlace } from "../redis/define-script.ts";
import type { RecordAnnouncement } from "../redis/record-announcement.ts";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createRecordStore, type RecordStore } from "../redis/record-store.ts";
import { SettledWatcher } from "../redis/settled-watcher.ts";
import { createTaskKeys, type TaskKeys } from "../redis/task-keys.ts";
import { noteAct } from "../past-act.ts";
import { createTaskPolicy, type TaskPolicy } from "../task-policy.ts";
import type { Enqueued, EnqueueRequest, TaskQueue } from "../task-queue.ts";
import { TaskRejection } from "../task-rejection.ts";
import type { Schedules } from "../schedule.ts";
import { createSchedules } from "../schedules/create-schedules.ts";
import { schedulePlace } from "../schedules/schedule-scripts.ts";
import { bulkPlace } from "./bulk/bulk-scripts.ts";
import { createBulkActs } from "./bulk/create-bulk-acts.ts";
import { type OpenRunner, runBulkActs } from "./bulk/run-bulk-acts.ts";
import { createTaskEncoder } from "./encode-task.ts";
import { EnqueueBatches } from "./enqueue-batches.ts";
import { enqueueTask } from "./enqueue-task.ts";
import { createBacklogReader } from "./groups/backlog-reader.ts";
import { createGroupBackends } from "./groups/create-group-backends.ts";
import { groupPlace } from "./groups/group-place.ts";
import { groupScripts } from "./groups/group-scripts.ts";
import { createTaskGroups } from "./groups/task-groups.ts";
import { createTaskSearch } from "./search/create-task-search.ts";
import { queueOptions } from "./queue-options.ts";

export interface BullQueueOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly settings: Settings["tasks"];
  /** The catalog, for the bounds handlers set themselves. */
  readonly handlers: Settings["handlers"];
  /** How records become known; without it, whoever calls announces the records that are returned. */
  readonly announcement?: RecordAnnouncement;
  /** So many dead letters were discarded by this process. */
  readonly onDiscarded?: (count: number) => void;
}

export interface BullQueue extends TaskQueue {
  readonly schedules: Schedules;
  /** From then on this process does what was begun, whoever began it. To be closed before the queue is. */
  runBulkActs(onFinished: (state: BulkState) => void): BulkRunner;
}

/**
 * The producer's side, over two connections: one for commands, which fail within 2 s when Redis is away, and one for all
 * waiters.
 * @throws StartupError when Redis cannot be reached now.
 */
export async function createBullQueue(options: BullQueueOptions): Promise<BullQueue> {
  const { redis, logger, settings, handlers, announcement, onDiscarded = () => undefined } = options;
  const stack = createReleaseStack();
  try {
    const keys = createTaskKeys(redis.prefix);
    const connect = (role: string) =>
      connectRedis({ url: redis.url, patience: "fail-fast", logger: logger.child({ role }) });
    const commands = await connect("tasks");
    stack.defer("redis", () => commands.disconnect());
    const subscriber = await connect("task waiters");
    stack.defer("redis subscriber", () => subscriber.disconnect());
    const prelude = recordPrelude(keys, announcement);
    const records = createRecordStore(commands, keys, prelude);
    const queue = new Queue(
      keys.queueName,
      queueOptions(commands, keys),
      createGroupBackends({ connection: commands, keys, prelude }),
    );
    queue.on("error", (error) => logger.debug({ err: error }, "queue connection failed"));
    stack.defer("queue", () => queue.close());
    // BullMQ asks Redis for its version once; a queue whose first question was not answered never works.
    await queue.waitUntilReady();
    const place = groupPlace(commands, keys, prelude);
    const read = async (id: TaskId) => (await records.read(id)) ?? groupScripts.readUnrecorded.run(place, { id });
    const waited = { read, settleLost: createSettleLost(place) };
    const watcher = stack.use(new SettledWatcher({ subscriber, records: waited, keys, logger }));
    noteEmptyIndex(place, logger);
    const policy = createTaskPolicy(settings, handlers);
    const backend = queue.getBackend();
    const client = await backend.client;
    const batches = new EnqueueBatches(place, keys);
    const enqueue = async (request: EnqueueRequest): Promise<Enqueued> =>
      enqueueTask({ queue, backend, client, keys, batches }, acceptRequest(request, policy, Date.now()));
    const cancel = createCancel(place, keys);
    return {
      enqueue,
      // The requests leave in one go and in their order; each is answered for itself.
      enqueueMany: (requests) => allOrNoneKnown(requests.map((request) => orRejection(() => enqueue(request)))),
      cancel,
      retry: async (id, note) =>
        groupScripts.retryTask.run(place, { id: parseTaskId(id), note: noteAct("retry", note) }),
      resume: () => resumeWhole(queue),
      schedules: openSchedules({ place, keys, policy, records: { read } }),
      ...openGroups({ place, keys, cancel, onDiscarded }),
      search: createTaskSearch({ redis: commands, keys, place }),
      ...openBulkActs({ redis: commands, keys, place, logger, onDiscarded }),
      backlog: createBacklogReader(place),
      handlerOf: createHandlerReader(commands, keys),
      find: async (taskId) => read(parseTaskId(taskId)),
      course: createCourseReader({ redis: commands, keys, read }),
      waitForSettled: async (taskId, timeoutMs) => watcher.wait(parseTaskId(taskId), timeoutMs),
      check: async () => (await checkRedis(commands)) ?? (await checkRedis(subscriber)),
      close: () => stack.close(),
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

async function resumeWhole(queue: Queue): Promise<boolean> {
  const wasPaused = await queue.isPaused();
  // Also where it was not: somebody may pause it between the two.
  await queue.resume();
  return wasPaused;
}

function createHandlerReader(redis: Redis, { queuePrefix, queueName }: TaskKeys): TaskQueue["handlerOf"] {
  return async (taskId) =>
    (await redis.hget(`${queuePrefix}:${queueName}:${parseTaskId(taskId)}`, "name")) ?? undefined;
}

/** Where the queue is empty workers that start later need not look through it; a full Redis refuses that, and does no harm. */
function noteEmptyIndex(place: ScriptPlace, logger: Logger): void {
  groupScripts.claimIndex.run(place, { mayClaim: 0 }).catch((error: unknown) => {
    logger.debug({ err: error }, "index of an empty queue not noted");
  });
}

interface SchedulesOf {
  readonly place: ScriptPlace;
  readonly keys: TaskKeys;
  readonly policy: TaskPolicy;
  readonly records: Pick<RecordStore, "read">;
}

function openSchedules({ place, keys, policy, records }: SchedulesOf): Schedules {
  const findRecord = (taskId: TaskId) => records.read(taskId);
  return createSchedules({
    place: schedulePlace(place, keys),
    keys,
    policy,
    encode: createTaskEncoder(keys),
    findRecord,
  });
}

interface BulkPartsOf {
  readonly redis: Redis;
  readonly keys: TaskKeys;
  readonly place: ScriptPlace;
  readonly logger: Logger;
  readonly onDiscarded: (count: number) => void;
}

function openBulkActs({ redis, keys, place, logger, onDiscarded }: BulkPartsOf) {
  const parts = { redis, keys, place, bulkPlace: bulkPlace(place, keys) };
  let runner: OpenRunner | undefined;
  return {
    bulkActs: createBulkActs({ ...parts, onBegun: () => runner?.look() }),
    runBulkActs: (onFinished: (state: BulkState) => void) =>
      (runner = runBulkActs({ ...parts, logger, onFinished, onDiscarded })),
  };
}

function createCancel(place: ScriptPlace, { cancelChannel }: TaskKeys): TaskQueue["cancel"] {
  return async (id, reason = "cancelled") => {
    const failure = JSON.stringify({ code: "cancelled", message: cutText(reason, 500) });
    return groupScripts.cancelTask.run(place, { id: parseTaskId(id), failure, cancelChannel });
  };
}

interface GroupsOf extends Pick<BulkPartsOf, "place" | "keys" | "onDiscarded"> {
  readonly cancel: TaskQueue["cancel"];
}

/** Groups, and what is done to one dead letter as to all of a group. */
function openGroups({ place, keys, cancel, onDiscarded }: GroupsOf): Pick<TaskQueue, "groups" | "discard"> {
  const cancelTask = async (id: TaskId, reason: string) => (await cancel(id, reason)).verdict === "cancelled";
  return {
    groups: createTaskGroups({ place, keys, cancelTask, onDiscarded }),
    async discard(id, note) {
      const asked = { id: parseTaskId(id), note: noteAct("discard", note) };
      const reply = await groupScripts.discardTask.run(place, asked);
      if (reply.verdict === "discarded") onDiscarded(1);
      return reply;
    },
  };
}

function createSettleLost(place: ScriptPlace) {
  return (ids: readonly TaskId[]) => groupScripts.settleLost.run(place, { list: JSON.stringify(ids) });
}

async function orRejection(enqueue: () => Promise<Enqueued>): Promise<Enqueued | TaskRejection> {
  try {
    return await enqueue();
  } catch (error) {
    if (error instanceof TaskRejection) return error;
    throw error;
  }
}

/**
 * The replies of all, or, when some could not be had, an error that says whether any of them may have been taken: the first failure
 * alone would not, for those before it may have reached Redis.
 */
async function allOrNoneKnown<T>(replies: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(replies);
  const failures = settled.flatMap((one): unknown[] => (one.status === "rejected" ? [one.reason] : []));
  if (failures.length === 0) return Promise.all(replies);
  const worst = failures.find((failure) => fateOf(failure) !== "refused");
  if (worst === undefined && failures.length === replies.length) throw failures[0];
  throw new Error("not known of all whether they were taken", { cause: worst ?? failures[0] });
}
