import type { Caller } from "../handler.ts";

/**
 * Asks a handler of the catalog something, and waits for the answer: how a process that runs no code of users, a gateway, gets a
 * decision or answers an rpc.
 *
 * A call is not a task. It has one attempt, at most once; it keeps no record; and after its deadline nobody is interested any more,
 * so a worker that finds it late drops it unrun. It waits in a lane of its own with slots of its own in every worker, so that no
 * number of tasks delays it.
 *
 *   waiting ──▶ running ──▶ answered      the asker hears of it at once, by name, over pub/sub
 *      │           └──▶ deadline           what the handler still says is dropped; its signal is aborted
 *      └──▶ deadline, cancelled            taken out of the lane, never run
 *
 * Each call resolves exactly once, with one of {@link CallReply}, by its deadline at the latest, whatever happens to workers or to
 * Redis; it rejects for a deadline that is none and for nothing else. That a call ends with `deadline` or `failed` says nothing of whether the handler has run: one that must
 * not act twice looks at the idempotency key.
 */
export interface HandlerCaller {
  /**
   * @param signal aborted when nobody waits for the answer any more: the call resolves with `cancelled`, is taken out of the lane if
   *   it waits, and runs on if it runs, unless it says `stopsWithAsker`
   */
  call(call: HandlerCall, signal?: AbortSignal): Promise<CallReply>;
  /** Calls that wait for their answers here. */
  readonly pending: number;
  /** Resolves what is pending with `failed`. */
  close(): Promise<void>;
}

export interface HandlerCall {
  /** A name of the catalog. */
  readonly handler: string;
  /** JSON, which the handler is given as its `data`, every number as it is spelled here. */
  readonly dataJson: string;
  /** When it must be answered, by `performance.now()` of this process; a minute ahead at most. */
  readonly deadlineMs: number;
  /** What asks. Decisions have a lane of their own: they do not wait behind rpc. */
  readonly source: CallSource;
  /** Who asks, for handlers whose `data` does not say it. */
  readonly caller?: Caller;
  /** 1 to 255 characters, handed to the handler, which can tell by it a question that is asked again. */
  readonly idempotencyKey?: string;
  /** A running handler's signal is aborted, too, when the asker's is. */
  readonly stopsWithAsker?: boolean;
}

export type CallSource = "connect" | "refresh" | "subscribe" | "sub_refresh" | "publish" | "rpc";

export type CallReply =
  /** JSON on one line, at most {@link replyMaxBytes}. */
  | { readonly kind: "result"; readonly dataJson: string }
  /** The handler's own: it answered `{"error":{"code","message","temporary"}}` and nothing else. */
  | ({ readonly kind: "error" } & OwnError)
  | { readonly kind: "deadline" }
  /** Told at once: no worker that is alive has the handler. */
  | { readonly kind: "no_worker" }
  /** Told at once: too many calls wait in the lane, or here. */
  | { readonly kind: "overloaded" }
  /** More than {@link replyMaxBytes}. The result is kept as that of a task, and read as one; without an id it was too large for that, too. */
  | { readonly kind: "too_large"; readonly taskId?: string }
  /** The handler threw or answered what is no JSON, its worker stopped, or Redis did not take the call. `reason` is for logs. */
  | { readonly kind: "failed"; readonly reason: string }
  /** The signal was aborted first. */
  | { readonly kind: "cancelled" };

/** What a handler refuses with. The codes of users are 400 to 1999; whoever passes one on checks that. */
export interface OwnError {
  readonly code: number;
  readonly message: string;
  /** Trying the same thing again may work. */
  readonly temporary: boolean;
}

/** Bytes of a result as JSON that is handed over as an answer. */
export const replyMaxBytes = 65_536;
