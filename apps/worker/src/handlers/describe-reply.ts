import type { OutboundReply } from "@switchyard/outbound/outbound";
import type { Outcome } from "@switchyard/tasks/task-worker";

export type FailedOutcome = Outcome & { readonly kind: "failed" };

/** A lane in which nothing overtakes waits with what it waits for. */
const laneRetryAfterMaxMs = 60_000;

/** Undefined for 2xx; else how the attempt failed. What a later attempt may find otherwise is not final. */
export function replyFailure({ status, retryAfterMs }: OutboundReply): FailedOutcome | undefined {
  if (status >= 200 && status < 300) return undefined;
  const mayPass = status >= 500 || status === 408 || status === 425 || status === 429;
  const detail = status >= 300 && status < 400 ? ", and redirects are not followed" : "";
  const isAsked = retryAfterMs !== undefined && (status === 429 || status === 503);
  return {
    kind: "failed",
    code: "handler_failed",
    message: `it answered ${status}${detail}`,
    final: !mayPass,
    ...(isAsked && { retryAfterMs }),
  };
}

/**
 * The same of a receiver whose lane waits for it: whatever its answer is, a later one may be better.
 * @param whose names it in the log, where the handler is that of all of them
 */
export function laneFailure(reply: OutboundReply, whose: FailedOutcome["detail"]): FailedOutcome | undefined {
  const failure = replyFailure(reply);
  if (failure === undefined) return undefined;
  const { retryAfterMs } = failure;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(retryAfterMs, laneRetryAfterMaxMs) };
  return { ...failure, ...wait, final: false, ...(whose !== undefined && { detail: whose }) };
}
