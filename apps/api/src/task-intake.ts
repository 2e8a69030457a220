import { taskChannel } from "@switchyard/protocol/channel-name";
import type { Enqueued, EnqueueRequest, TaskQueue } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { type Caller, repeatKey } from "./access/repeat-key.ts";
import type { ClientTokens } from "./access/client-tokens.ts";
import type { ApiMetrics } from "./metrics.ts";
import { orUnavailable } from "./or-unavailable.ts";

/** Takes tasks in, and gives out what is needed to watch them. */
export interface TaskIntake {
  /** @throws TaskRejection when the request cannot be accepted. */
  accept(request: EnqueueRequest, caller: Caller): Promise<AcceptedTask>;
  /** In their order, each taken or refused alone. */
  acceptMany(requests: readonly IndexedRequest[], caller: Caller): Promise<readonly (AcceptedTask | TaskRejection)[]>;
}

/** A task of a list, and its place there. */
export interface IndexedRequest {
  readonly index: number;
  readonly request: EnqueueRequest;
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
    accept: async (request, caller) => describe(await orUnavailable(queue.enqueue(withRepeatKey(request, caller)))),
    async acceptMany(requests, caller) {
      const keyed = requests.map(({ index, request }) => withRepeatKey(request, { ...caller, index }));
      const replies = await orUnavailable(queue.enqueueMany(keyed));
      return Promise.all(replies.map(async (reply) => (reply instanceof TaskRejection ? reply : describe(reply))));
    },
  };
}

/** Keys are the tenant's own from here on: what the queue keeps says nothing of what was sent. */
function withRepeatKey(request: EnqueueRequest, caller: Caller): EnqueueRequest {
  const found = repeatKey(caller, "idempotencyKey", request.idempotencyKey);
  if (found === undefined) return request;
  const { key, ttlMs } = found;
  return { ...request, idempotencyKey: key, ...(ttlMs !== undefined && { idempotencyTtlMs: ttlMs }) };
}
