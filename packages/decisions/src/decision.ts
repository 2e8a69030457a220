/**
 * Decisions: what a back end is asked while a client waits. May it connect, subscribe, publish; does its connection go on; what is
 * the answer to its rpc. Request and answer have the shapes of Centrifugo's proxies, so its back ends answer ours.
 *
 * A source answers always, soon and once:
 *
 * - *Always.* {@link DecisionSource.ask} never rejects. What went wrong is an answer of its own, `failed`, with the reason; what a failure means
 *   for the client is the asker's to say, for it differs by hook.
 * - *Soon.* By its deadline, which counts from the call and holds whatever the call waits for: a place, a connection, a body.
 * - *Once.* Nothing is asked twice. A request that may have arrived is never repeated, because what it asks for may have been done.
 *
 * What a back end says is checked here and nowhere else: an answer has the fields of its hook in their types, a code that a client may be sent,
 * and a reason that fits into a close frame. Nothing allows by saying nothing: an answer without a body, without `result`,
 * `error` or `disconnect`, or with a field of the wrong type, has failed.
 */
export interface DecisionSource {
  /** @param signal aborts the call: whoever waited for it is gone. The answer is then `failed`, `aborted`. */
  ask(call: DecisionCall, signal?: AbortSignal): Promise<Answer>;
  /** Calls under way fail. */
  close(): Promise<void>;
}

export const hookNames = ["connect", "refresh", "subscribe", "publish", "sub_refresh", "rpc"] as const;
export type HookName = (typeof hookNames)[number];

export interface DecisionCall {
  readonly hook: HookName;
  /** The question's own, as `<client>-<n>`: what a receiver tells it by, and what a handler has as its idempotency key. */
  readonly id: string;
  /** The envelope: the text of a JSON object. */
  readonly body: string;
  /** What of the client's own headers the settings hand on, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** By `performance.now()`: when whoever asks gives up, though the source's own time may be longer. What comes later is not asked at all. */
  readonly untilMs?: number;
}

export type Answer<Result = HookResult> =
  /** The fields of the hook's result, in their types; what is handed on to others keeps its spelling (`readJson`). */
  | { readonly kind: "result"; readonly result: Result }
  /** For connect alone: the back end has said, by `"result": null`, that it does not know who this is. */
  | { readonly kind: "nobody" }
  /** A code of the protocol, or one of 400 to 1999. `temporary`: the client may ask again. */
  | ({ readonly kind: "error" } & BackEndError & Replaced)
  /** A code of 4000 to 4999, and a reason that a close frame can carry. */
  | ({ readonly kind: "disconnect"; readonly code: number; readonly reason: string } & Replaced)
  | Failure;

/** What the back end said in the place of `code`, where no client is told that; for the log. */
interface Replaced {
  readonly saidCode?: number;
}

export type HookResult = Readonly<Record<string, unknown>>;

export interface BackEndError {
  readonly code: number;
  readonly message: string;
  readonly temporary: boolean;
}

export interface Failure {
  readonly kind: "failed";
  readonly reason: FailureReason;
  /** For the log: the field, the status, the error. Never for a client. */
  readonly detail?: string;
}

/** Labels of a metric, so there are no others. */
export type FailureReason =
  /** The deadline has passed. */
  | "timeout"
  /** No connection, or one that broke. */
  | "unreachable"
  /** Another status than 200 or 204, for which the settings name no error. */
  | "status"
  /** 204, no body, or neither `result`, `error` nor `disconnect` in it. */
  | "empty"
  /** Not a JSON object, or longer than 64 KiB. */
  | "unreadable"
  /** A field of the wrong type. */
  | "invalid"
  /** As many calls are on their way and wait as may be. */
  | "overloaded"
  /** Most calls failed lately; nothing is asked until a probe has been answered. */
  | "breaker_open"
  /** No worker has the handler. */
  | "no_worker"
  /** The handler threw, or its worker stopped. */
  | "handler_failed"
  /** The answer is stored and too long to be passed on: `detail` is the id of its task. */
  | "too_large"
  /** Whoever asked is gone. */
  | "aborted";
