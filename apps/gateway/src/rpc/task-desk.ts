import { taskChannel } from "@switchyard/protocol/channel-name";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { Client } from "../session/client.ts";
import { refuse, type Refusal } from "../session/refusal.ts";
import { callerOf, jsonOfAsk, type RpcAnswer, type RpcAsk } from "./rpc-ask.ts";

/** Calls that take longer than a client waits: each becomes a task, whose channel has its progress and its result. */
export interface TaskDesk {
  /** Answers `{"task","channel","token"}`. */
  begin(client: Client, ask: RpcAsk, handler: string): Promise<RpcAnswer | Refusal>;
  /** Of `{"task"}`: ends a task of this client's user. Answers `{"task","status"}`, also when it had its end already. */
  cancel(client: Client, ask: RpcAsk): Promise<RpcAnswer | Refusal>;
}

export interface TaskDeskOptions {
  readonly queue: Pick<TaskQueue, "enqueue" | "find" | "cancel">;
  /** Lets its holder subscribe to a channel; undefined without a secret to sign with. */
  readonly mintToken: ((user: string, channel: string) => Promise<string>) | undefined;
}

export function createTaskDesk({ queue, mintToken }: TaskDeskOptions): TaskDesk {
  return {
    begin: (client, ask, handler) =>
      withData(ask, async (data) => {
        const key = keyIn(data);
        const { task } = await queue.enqueue({
          handler,
          data,
          user: client.user,
          caller: callerOf(client, ask),
          // Of this user and this method: keys of others mean something else.
          ...(key !== undefined && { idempotencyKey: JSON.stringify(["rpc", client.user, ask.method, key]) }),
        });
        const channel = taskChannel(task.id);
        const token = await mintToken?.(client.user, channel);
        return answer({ task: task.id, channel, ...(token !== undefined && { token }) });
      }),
    cancel: (client, ask) =>
      withData(ask, async (data) => {
        const { task: id } = fieldsOf(data);
        if (typeof id !== "string") return refuse("badRequest", "data.task: must be the id of a task");
        const record = client.user === "" ? undefined : await queue.find(id);
        // Tasks of others, and those that are gone, look alike.
        if (record === undefined || record.user !== client.user)
          return refuse("permissionDenied", "data.task: is no task of this user, or its record has expired");
        const { record: now } = await queue.cancel(id, "cancelled by its user");
        return answer({ task: id, status: now?.status ?? "cancelled" });
      }),
  };
}

/** By it a client that has had no answer may ask again. */
function keyIn(data: unknown): string | undefined {
  const { idempotencyKey } = fieldsOf(data);
  return typeof idempotencyKey === "string" && idempotencyKey !== "" ? idempotencyKey : undefined;
}

function fieldsOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
}

function answer(data: object): RpcAnswer {
  return { kind: "answer", payload: JSON.stringify(data) };
}

async function withData(
  ask: RpcAsk,
  run: (data: unknown) => Promise<RpcAnswer | Refusal>,
): Promise<RpcAnswer | Refusal> {
  const read = jsonOfAsk(ask);
  if ("kind" in read) return read;
  try {
    return await run(parseExactJson(read.dataJson));
  } catch (error) {
    if (error instanceof TaskRejection) return refuse("badRequest", error.publicMessage);
    throw error;
  }
}
