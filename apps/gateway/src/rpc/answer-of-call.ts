import type { Logger } from "@switchyard/runtime/logger";
import { cutText } from "@switchyard/runtime/cut-text";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { CallReply } from "@switchyard/tasks/handler-caller";
import { refuse, type Refusal } from "../session/refusal.ts";
import type { RpcAnswer } from "./rpc-ask.ts";

/** Back ends may use these for errors of their own; those below are the protocol's. */
const ownCodes = { min: 400, max: 1_999 } as const;
/** Characters of an error's text. */
const messageMaxLength = 512;

export interface AnsweredCall {
  readonly timeoutMs: number;
  /** What was asked, and whose it was, for the log. */
  readonly about: { readonly handler: string; readonly client: string; readonly user: string };
  readonly logger: Pick<Logger, "warn">;
}

/** What a client is told of its rpc, by what its handler came to. What went wrong behind the hub is for the log. */
export function answerOfCall(reply: CallReply, { timeoutMs, about, logger }: AnsweredCall): RpcAnswer | Refusal {
  switch (reply.kind) {
    case "result":
      return { kind: "answer", payload: reply.dataJson };
    case "error":
      return ownError(reply, { about, logger });
    case "deadline":
      return refuse("deadline", `no answer within ${timeoutMs} ms; it may have been done, or be done yet`);
    case "no_worker":
      return refuse("unavailable", "no worker has the handler of this method");
    case "overloaded":
      return refuse("tooManyRequests", "too many calls wait for a worker");
    case "too_large":
      return refuse("answerTooLarge", tooLarge(reply.taskId));
    case "failed":
      logger.warn({ ...about, reason: reply.reason }, "rpc failed");
      return refuse("internal");
    case "cancelled":
      // Nobody is there to be told.
      return refuse("internal");
    default:
      return unreachable(reply);
  }
}

function ownError(
  { code, message, temporary }: CallReply & { readonly kind: "error" },
  { about, logger }: Pick<AnsweredCall, "about" | "logger">,
): Refusal {
  if (code < ownCodes.min || code > ownCodes.max) {
    logger.warn({ ...about, code, ...ownCodes }, "a handler's error has a code that clients are not sent");
    return refuse("internal");
  }
  return { kind: "error", error: { code, publicMessage: cutText(message, messageMaxLength), temporary } };
}

function tooLarge(taskId: string | undefined): string {
  return taskId === undefined
    ? "it is more than a mebibyte as JSON, and was not kept"
    : `it is kept as the result of the task ${taskId}`;
}
