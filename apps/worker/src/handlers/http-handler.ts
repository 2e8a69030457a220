import type { RunAttempt } from "@switchyard/tasks/task-worker";
import { postJson } from "../outbound/post-json.ts";
import { signBody } from "../outbound/sign-body.ts";
import { describeTask } from "./describe-task.ts";
import { replyFailure } from "./describe-reply.ts";

export interface HttpHandlerOptions {
  readonly url: string;
  readonly signingSecret: string;
}

/**
 * A service somewhere: the task is POSTed to it as JSON, `{"id","handler","data","group","attempt","token"}`, signed as
 * {@link signBody} says. It answers 2xx with the result as JSON, or with nothing for null. 408, 425, 429, 5xx and a connection
 * that fails are failed attempts; any other status fails the task for good. On timeout and cancellation the connection is closed.
 *
 * The URL is the operator's, so it may lead anywhere.
 */
export function createHttpHandler({ url, signingSecret }: HttpHandlerOptions): RunAttempt {
  const target = new URL(url);
  return async (attempt) => {
    const body = describeTask(attempt);
    const headers = signBody(body, signingSecret, Date.now());
    const reply = await postJson({ url: target, body, headers, signal: attempt.signal });
    const failure = replyFailure(reply);
    if (failure !== undefined) return failure;
    if (reply.text.trim() === "") return { kind: "succeeded", result: null };
    try {
      return { kind: "succeeded", result: JSON.parse(reply.text) as unknown };
    } catch {
      const message = `it answered ${reply.status} with something that is not JSON`;
      return { kind: "failed", code: "result_unserialisable", message, final: true };
    }
  };
}
