import { Queue } from "bullmq";
import type { Logger } from "@switchyard/runtime/logger";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { acceptRequest, type AcceptedTask } from "../accept-request.ts";
import { checkRedis, connectRedis } from "../redis/connect-redis.ts";
import { createRecordStore, type RecordStore } from "../redis/record-store.ts";
import { SettledWatcher } from "../redis/settled-watcher.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import { createTaskPolicy } from "../task-policy.ts";
import type { TaskGroups } from "../group.ts";
import type { TaskQueue } from "../task-queue.ts";
import { TaskRejection } from "../task-rejection.ts";
import { jobOfTask } from "./job-mapping.ts";

export interface BullQueueOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly settings: Settings["tasks"];
  /** The catalog, for the bounds handlers set themselves. */
  readonly handlers: Settings["handlers"];
}

/**
 * The producer's side, over two connections: one for commands, which fail within 2 s when Redis is away, and one for all
 * waiters.
 * @throws StartupError when Redis cannot be reached now.
 */
export async function createBullQueue({ redis, logger, settings, handlers }: BullQueueOptions): Promise<TaskQueue> {
  const stack = createReleaseStack();
  try {
    const keys = createTaskKeys(redis.prefix);
    const commands = await connectRedis(redis.url, "fail-fast", logger.child({ role: "tasks" }));
    stack.defer("redis", () => commands.disconnect());
    const subscriber = await connectRedis(redis.url, "fail-fast", logger.child({ role: "task waiters" }));
    stack.defer("redis subscriber", () => subscriber.disconnect());
    const records = createRecordStore(commands, keys);
    const watcher = new SettledWatcher({ subscriber, records, keys, logger });
    const queue = new Queue(keys.queueName, {
      connection: commands,
      prefix: keys.queuePrefix,
      // An event carries a task's result; nothing of ours reads them, dashboards need the newest only.
      streams: { events: { maxLen: 1_000 } },
    });
    queue.on("error", (error) => logger.debug({ err: error }, "queue connection failed"));
    stack.defer("queue", () => queue.close());
    // BullMQ asks Redis for its version once; a queue whose first question was not answered never works.
    await queue.waitUntilReady();
    const policy = createTaskPolicy(settings, handlers);
    return {
      enqueue: (request) => enqueue({ records, queue }, acceptRequest(request, policy, Date.now())),
      enqueueMany: () => Promise.reject(new Error("not built yet")),
      cancel: () => Promise.reject(new Error("not built yet")),
      retry: () => Promise.reject(new Error("not built yet")),
      get groups(): TaskGroups {
        throw new Error("not built yet");
      },
      find: (taskId) => records.read(taskId),
      waitForSettled: (taskId, timeoutMs) => watcher.wait(taskId, timeoutMs),
      check: async () => (await checkRedis(commands)) ?? (await checkRedis(subscriber)),
      close: () => stack.close(),
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

/**
 * Record first, job second. Whoever is interrupted between the two leaves a record without a job: the same request with the
 * same idempotency key finds it still queued and adds the job after all. Adding a job that exists does nothing, and a job
 * added a second time after it was done meets a settled record and is not run, so the repair needs no lock.
 */
async function enqueue({ records, queue }: { records: RecordStore; queue: Queue }, task: AcceptedTask) {
  const { verdict, id, record } = await records.create(task);
  if (verdict === "conflict") {
    throw new TaskRejection(
      "idempotency_conflict",
      "idempotencyKey",
      "was used with another request; choose a new key",
    );
  }
  const first = { ...task, id };
  const isQueued = verdict === "created" || (await records.read(id))?.status === "queued";
  if (isQueued) {
    const { name, data, opts } = jobOfTask(first);
    await queue.add(name, data, opts);
  }
  const accepted = { task: { id, group: task.group, user: task.user }, duplicate: verdict === "duplicate" };
  return record === undefined ? accepted : { ...accepted, record };
}
