import type { Publisher } from "@switchyard/broker/broker";
import { taskChannel } from "@switchyard/protocol/channel-name";
import type { Logger } from "@switchyard/runtime/logger";
import type { TaskRecord } from "@switchyard/tasks/task";
import type { EnqueueRequest, TaskQueue } from "@switchyard/tasks/task-queue";
import type { ClientTokens } from "./access/client-tokens.ts";
import type { ApiMetrics } from "./metrics.ts";
import { orUnavailable } from "./or-unavailable.ts";

/** Takes tasks in: into the queue, then onto their channel, so that a watcher sees `queued` before anything else. */
export interface TaskIntake {
  /** @throws TaskRejection when the request cannot be accepted. */
  accept(request: EnqueueRequest): Promise<AcceptedTask>;
}

interface AcceptedTask {
  readonly id: string;
  readonly channel: string;
  /** A subscription token for the channel; absent when the hub has no secret to sign it with. */
  readonly token?: string;
  /** The idempotency key was known: this is the task of the first request. */
  readonly duplicate: boolean;
}

export interface TaskIntakeDeps {
  readonly queue: Pick<TaskQueue, "enqueue">;
  readonly publisher: Publisher;
  readonly tokens: ClientTokens | undefined;
  readonly logger: Logger;
  readonly metrics: Pick<ApiMetrics, "enqueues">;
}

export function createTaskIntake({ queue, publisher, tokens, logger, metrics }: TaskIntakeDeps): TaskIntake {
  /**
   * A worker may have taken the task and published a later record by now. The record's `seq` is the version: what is not
   * above the last one published is dropped, so the channel never goes backwards.
   */
  async function announce(record: TaskRecord): Promise<void> {
    try {
      await publisher.publish(taskChannel(record.id), { data: record }, { version: record.seq });
    } catch (error) {
      // The task is safe by now: a failed announcement must not make the caller send it again.
      logger.warn({ err: error }, "queued task not announced");
    }
  }

  return {
    async accept(request) {
      const { task, duplicate, record } = await orUnavailable(queue.enqueue(request));
      metrics.enqueues.inc({ result: duplicate ? "duplicate" : "accepted" });
      if (record !== undefined) await announce(record);
      const channel = taskChannel(task.id);
      const token = await tokens?.forSubscription(task.user, channel);
      return { id: task.id, channel, ...(token !== undefined && { token }), duplicate };
    },
  };
}
