import { type Outbound, OutboundRefused } from "@switchyard/outbound/outbound";
import type { Outcome, RunAttempt } from "@switchyard/tasks/task-worker";
import { replyFailure } from "./describe-reply.ts";

/**
 * Tells the URL a producer has given that its task is settled: the record is POSTed to it, signed, and `webhook-id` is the
 * callback's own id, the same in every attempt. The URL is a stranger's, so it is guarded.
 */
export function createCallbackHandler(outbound: Outbound): RunAttempt {
  return async ({ task, signal }) => {
    const { url: text, record: body } = (task.data ?? {}) as { readonly url?: unknown; readonly record?: unknown };
    const url = typeof text === "string" ? URL.parse(text) : null;
    // Whoever writes to Redis can enqueue a task by any name.
    if (url === null || typeof body !== "string") return refused("its data is not that of a callback");
    try {
      const messageId = task.id;
      const reply = await outbound.post({ url, urlFrom: "producer", body, messageId, signal, replyMaxBytes: 0 });
      const failure = replyFailure(reply);
      return failure === undefined
        ? { kind: "succeeded", result: { status: reply.status } }
        : { ...failure, detail: { host: url.host } };
    } catch (error) {
      if (!(error instanceof OutboundRefused)) throw error;
      return refused(error.message);
    }
  };
}

function refused(message: string): Outcome {
  return { kind: "failed", code: "handler_failed", message, final: true };
}
