import type { OutboundReply } from "@switchyard/outbound/outbound";
import type { Outcome } from "@switchyard/tasks/task-worker";

/** Undefined for 2xx; else how the attempt failed. What a later attempt may find otherwise is not final. */
export function replyFailure({ status }: OutboundReply): Outcome | undefined {
  if (status >= 200 && status < 300) return undefined;
  const mayPass = status >= 500 || status === 408 || status === 425 || status === 429;
  const detail = status >= 300 && status < 400 ? ", and redirects are not followed" : "";
  return { kind: "failed", code: "handler_failed", message: `it answered ${status}${detail}`, final: !mayPass };
}
