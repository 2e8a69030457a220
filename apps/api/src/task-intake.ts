import { taskChannel } from "@switchyard/protocol/channel-name";
import type { Enqueued, EnqueueRequest, TaskQueue } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { ClientTokens } from "./access/client-tokens.ts";
import type { ApiMetrics } from "./metrics.ts";
import { orUnavailable } from "./or-unavailable.ts";

/** Takes tasks in, and gives out what is needed to watch them. */
export interface TaskIntake {
  /** @throws TaskRejection when the request cannot be accepted. */
  accept(request: EnqueueRequest): Promise<AcceptedTask>;
  /** In their order, each taken or refused alone. */
  acceptMany(requests: readonly EnqueueRequest[]): Promise<readonly (AcceptedTask | TaskRejection)[]>;
}

export interface AcceptedTask {
  readonly id: string;
  readonly channel: string;
  /** A subscription token for the channel; absent when the hub has no secret to sign it with. */
  readonly token?: string;
  /** The idempotency key was known: this is the task of the first request. */
  readonly duplicate: boolean;
}

export interface TaskIntakeDeps {
  readonly queue: Pick<TaskQueue, "enqueue" | "enqueueMany">;
  readonly tokens: ClientTokens | undefined;
  readonly metrics: Pick<ApiMetrics, "enqueues">;
}

export function createTaskIntake({ queue, tokens, metrics }: TaskIntakeDeps): TaskIntake {
  async function describe({ task, duplicate }: Enqueued): Promise<AcceptedTask> {
    metrics.enqueues.inc({ result: duplicate ? "duplicate" : "accepted" });
    const channel = taskChannel(task.id);
    const token = await tokens?.forSubscription(task.user, channel);
    return { id: task.id, channel, ...(token !== undefined && { token }), duplicate };
  }

  return {
    accept: async (request) => describe(await orUnavailable(queue.enqueue(request))),
    async acceptMany(requests) {
      const replies = await orUnavailable(queue.enqueueMany(requests));
      return Promise.all(replies.map(async (reply) => (reply instanceof TaskRejection ? reply : describe(reply))));
    },
  };
}
