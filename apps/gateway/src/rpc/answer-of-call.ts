import { clientError } from "@switchyard/decisions/client-codes";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { CallReply } from "@switchyard/tasks/handler-caller";
import type { FailureLog } from "../decisions/failure-log.ts";
import { refuse, type Refusal } from "../session/refusal.ts";
import type { RpcAnswer } from "./rpc-ask.ts";

export interface Called {
  readonly timeoutMs: number;
  /** Of this handler. */
  readonly failures: FailureLog;
  /** Which call it was, for the log. */
  readonly about: { readonly method: string; readonly client: string; readonly user: string };
}

/** What a client is told of its rpc, by what its handler came to. What went wrong behind the hub is for the log. */
export function answerOfCall(reply: CallReply, { timeoutMs, failures, about }: Called): RpcAnswer | Refusal {
  switch (reply.kind) {
    case "result":
      return { kind: "answer", payload: reply.dataJson };
    case "error":
      return ownError(reply, failures);
    case "deadline":
      failures.tell({ reason: "timeout" }, about);
      return refuse("deadline", `no answer within ${timeoutMs} ms; it may have been done, or be done yet`);
    case "no_worker":
      failures.tell({ reason: "no_worker" }, about);
      return refuse("unavailable", "no worker has the handler of this method");
    case "overloaded":
      failures.tell({ reason: "overloaded" }, about);
      return refuse("tooManyRequests", "too many calls wait for a worker");
    case "too_large":
      return refuse("answerTooLarge", tooLarge(reply.taskId));
    case "failed":
      failures.tell({ reason: "handler_failed", detail: reply.reason }, about);
      return refuse("internal");
    case "cancelled":
      // Nobody is there to be told.
      return refuse("internal");
    default:
      return unreachable(reply);
  }
}

function ownError(said: CallReply & { readonly kind: "error" }, failures: FailureLog): Refusal {
  const { code, message, temporary, saidCode } = clientError(said.code, said.message, said.temporary);
  if (saidCode !== undefined) failures.tellReplaced(saidCode, code);
  return { kind: "error", error: { code, publicMessage: message, temporary } };
}

function tooLarge(taskId: string | undefined): string {
  return taskId === undefined
    ? "it is more than a mebibyte as JSON, and was not kept"
    : `it is kept as the result of the task ${taskId}`;
}
