import { type Outbound, type OutboundReply, ReplyTooLarge } from "@switchyard/outbound/outbound";
import type { Outcome, RunAttempt } from "@switchyard/tasks/task-worker";
import { describeTask, readResult } from "./task-exchange.ts";
import { replyFailure } from "./describe-reply.ts";

export interface HttpHandlerOptions {
  readonly url: string;
  readonly outbound: Outbound;
}

const replyMaxBytes = 1_048_576;

/**
 * A service somewhere: the task is POSTed to it as JSON, `{"id","handler","data","group","attempt","token"}`, signed.
 * It answers 2xx with the result as JSON, or with nothing for null. 408, 425, 429, 5xx and a connection that fails are failed
 * attempts; any other status fails the task for good. On timeout and cancellation the connection is closed.
 *
 * Every execution is a message of its own (`webhook-id` is the task's id and token): a service that drops what it has seen
 * before must not drop a retry.
 */
export function createHttpHandler({ url, outbound }: HttpHandlerOptions): RunAttempt {
  const target = new URL(url);
  return async (attempt) => {
    const { task, token, signal } = attempt;
    const body = describeTask(attempt);
    const messageId = `${task.id}_${token}`;
    try {
      const reply = await outbound.post({ url: target, urlFrom: "operator", body, messageId, signal, replyMaxBytes });
      return replyFailure(reply) ?? readReply(reply);
    } catch (error) {
      if (!(error instanceof ReplyTooLarge)) throw error;
      return { kind: "failed", code: "result_too_large", message: error.message, final: true };
    }
  };
}

function readReply({ status, text }: OutboundReply): Outcome {
  const unserialisable = (message: string): Outcome => ({
    kind: "failed",
    code: "result_unserialisable",
    message,
    final: true,
  });
  if (text === undefined) return unserialisable(`it answered ${status} with bytes that are not UTF-8`);
  if (text.trim() === "") return { kind: "succeeded", result: null };
  try {
    const read = readResult(text);
    return "problem" in read ? unserialisable(read.problem) : { kind: "succeeded", result: read.result };
  } catch {
    return unserialisable(`it answered ${status} with something that is not JSON`);
  }
}
