import type { Answer, FailureReason, HookName } from "@switchyard/decisions/decision";
import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { ErrorName } from "@switchyard/protocol/error-codes";
import { HubError } from "@switchyard/protocol/hub-error";

/**
 * What a client is told when its back end has not answered. Every hook is closed then but two: whoever was let in stays in while the question whether
 * they may has no answer (`client-expiry.ts`), for an outage of a back end must not become the end of every connection.
 *
 *   connect      100, temporary: the SDK comes back, later each time; or in as the anonymous user (`on_failure`)
 *   subscribe    100, temporary: the SDK subscribes again, later each time
 *   publish      100, to the caller; 503 where nothing was asked
 *   rpc          408 at the deadline, 503 where nothing was asked, 413 for an answer that is too long, else 100
 *   refresh, sub_refresh    nothing: 60 s more, as often as `grace_limit` says, then 3005 and 2501
 *
 * Whatever the hook, 111 where as many questions are under way as may be.
 */
const closed: Readonly<Record<HookName, Partial<Record<FailureReason, ErrorName>>>> = {
  connect: {},
  subscribe: {},
  publish: { breaker_open: "unavailable", no_worker: "unavailable" },
  rpc: {
    timeout: "deadline",
    breaker_open: "unavailable",
    no_worker: "unavailable",
    too_large: "answerTooLarge",
  },
  refresh: {},
  sub_refresh: {},
};

/** As the session's `Refusal`. */
export type Refused =
  | { readonly kind: "error"; readonly error: Pick<HubError, "code" | "publicMessage" | "temporary"> }
  | { readonly kind: "disconnect"; readonly disconnect: Disconnect };

/** What a client is told of an answer that gives it nothing. */
export function refusedBy(hook: HookName, answer: Exclude<Answer, { kind: "result" }>): Refused {
  switch (answer.kind) {
    case "error":
      return {
        kind: "error",
        error: { code: answer.code, publicMessage: answer.message, temporary: answer.temporary },
      };
    case "disconnect":
      return { kind: "disconnect", disconnect: { code: answer.code, reason: answer.reason } };
    case "nobody":
      return { kind: "error", error: new HubError("unauthorized") };
    default:
      return { kind: "error", error: errorOfFailure(hook, answer) };
  }
}

function errorOfFailure(hook: HookName, { reason, detail }: Answer & { readonly kind: "failed" }): HubError {
  if (reason === "overloaded")
    return new HubError("tooManyRequests", "as many questions to the back end as may be are under way");
  if (reason === "too_large")
    return new HubError("answerTooLarge", detail === undefined ? undefined : `the task ${detail} has it`);
  return new HubError(closed[hook][reason] ?? "internal");
}
