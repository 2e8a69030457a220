import { taskChannel } from "@switchyard/protocol/channel-name";
import type { Enqueued, EnqueueRequest, TaskQueue } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { type Caller, repeatKey } from "../access/repeat-key.ts";
import type { ClientTokens } from "../access/client-tokens.ts";
import { ApiError } from "../errors/api-error.ts";
import type { ApiKey } from "../access/api-keys.ts";
import { requireForHandler } from "../access/require-for-handler.ts";
import type { ApiMetrics } from "../metrics.ts";
import type { HandlerDirectory } from "./handler-directory.ts";
import { orOutcomeUnknown } from "../errors/or-unavailable.ts";

/** Takes tasks in, and gives out what is needed to watch them. */
export interface TaskIntake {
  /** @throws TaskRejection when the request cannot be accepted, ApiError when no worker has its handler, or the hub's own could not do it. */
  accept(request: EnqueueRequest, caller: Caller): Promise<AcceptedTask>;
  /** In their order, each taken or refused alone. */
  acceptMany(
    requests: readonly IndexedRequest[],
    caller: Caller,
  ): Promise<readonly (AcceptedTask | TaskRejection | ApiError)[]>;
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

/**
 * Looks at the data of a task of the hub's own where it comes in, which is `place` in the request. Tasks of others pass.
 * @throws ApiError naming the field
 */
export type OwnTaskCheck = (task: Pick<EnqueueRequest, "handler" | "data">, place: string) => Promise<void>;

export interface TaskIntakeDeps {
  readonly checkOwnTask: OwnTaskCheck;
  readonly handlers: Pick<HandlerDirectory, "refusal">;
  readonly queue: Pick<TaskQueue, "enqueue" | "enqueueMany">;
  readonly tokens: ClientTokens | undefined;
  readonly metrics: Pick<ApiMetrics, "enqueues">;
}

export function createTaskIntake(deps: TaskIntakeDeps): TaskIntake {
  const { checkOwnTask, handlers, queue, tokens, metrics } = deps;

  async function refusalOf(request: EnqueueRequest, apiKey: ApiKey): Promise<ApiError | undefined> {
    try {
      requireForHandler(request, apiKey);
      await checkOwnTask(request, "data");
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
    return handlers.refusal(request.handler);
  }

  async function describe({ task, duplicate }: Enqueued): Promise<AcceptedTask> {
    metrics.enqueues.inc({ result: duplicate ? "duplicate" : "accepted" });
    const channel = taskChannel(task.id);
    const token = await tokens?.forSubscription(task.user, channel);
    return { id: task.id, channel, ...(token !== undefined && { token }), duplicate };
  }

  async function describeReply(reply: Enqueued | TaskRejection | undefined) {
    // There is one reply for each task that was handed on; fewer would be a defect and is to be seen as one.
    if (reply === undefined) throw new TypeError("the queue gave fewer replies than it was given tasks");
    return reply instanceof TaskRejection ? reply : describe(reply);
  }

  return {
    async accept(request, caller) {
      const refusal = await refusalOf(request, caller.apiKey);
      if (refusal !== undefined) throw refusal;
      return describe(await orOutcomeUnknown(queue.enqueue(withRepeatKey(request, caller))));
    },
    async acceptMany(requests, caller) {
      const refusals = await Promise.all(requests.map(({ request }) => refusalOf(request, caller.apiKey)));
      const taken = requests
        .filter((_, position) => refusals[position] === undefined)
        .map(({ index, request }) => withRepeatKey(request, { ...caller, index }));
      const replies = (await orOutcomeUnknown(queue.enqueueMany(taken))).values();
      return Promise.all(refusals.map(async (refusal) => refusal ?? describeReply(replies.next().value)));
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
