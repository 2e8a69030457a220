import type { Logger } from "@switchyard/runtime/logger";

/**
 * A handler of kind `module`: the default export of the file the catalog names.
 *
 * ```ts
 * import type { Handler } from "@switchyard/tasks/handler";
 *
 * const resize: Handler<{ url: string }, { width: number }> = async (data, { signal, progress }) => {
 *   const image = await fetch(data.url, { signal });
 *   progress(50, "fetched");
 *   return { width: 640 };
 * };
 * export default resize;
 * ```
 *
 * What it returns becomes the task's result and must be JSON; nothing returned is `null`. An error thrown is a failed
 * attempt, its message is shown to whoever enqueued the task. `data` is what the producer sent, unchecked: its type here is
 * a wish, not a fact. Its numbers are JavaScript's, so whole ones beyond 2^53 are rounded; `command` and `http` handlers get
 * them as they were written.
 *
 * A client that calls it (`rpc`) is answered what it returns. `{ error: { code: 409, message: "sold out", temporary: false } }`, and
 * nothing beside it, is an error of the handler's own, with a code from 400 to 1999; one that is thrown is not shown to clients.
 */
export type Handler<Data = unknown, Result = unknown> = (
  data: Data,
  context: HandlerContext,
) => Promise<Result> | Result;

export interface HandlerContext {
  readonly taskId: string;
  /** Counts from 1. An attempt that a lost or stopped worker interrupted is repeated under its number. */
  readonly attempt: number;
  /** The task's group; empty for the ungrouped. */
  readonly group: string;
  /**
   * A whole number as text, higher in each execution of the task. A store that remembers the highest one it has seen can
   * refuse a worker that was thought dead and returns.
   */
  readonly token: string;
  /** Aborted on timeout, when the task was lost to another worker, and when this worker must stop. */
  readonly signal: AbortSignal;
  /** 0-100 with an optional line for people. Call it as often as you like; it is sent at most every 100 ms. */
  readonly progress: (percent: number, message?: string) => void;
  /** Keeps a line beside the task, which operators see if this attempt does not succeed: the last ones, 4 KiB by default. */
  readonly log: (text: string) => void;
  /** Carries task id, handler and attempt. Do not log the data. */
  readonly logger: Logger;
  /** The client whose call this is; absent in tasks that a back end has enqueued. */
  readonly caller?: Caller;
  /** The same where something is asked again. */
  readonly idempotencyKey?: string;
}

/** The connection a client asks on. */
export interface Caller {
  readonly client: string;
  /** Empty for the anonymous user. */
  readonly user: string;
  /** Of an rpc. */
  readonly method?: string;
  /** `websocket`, `http_stream`, `sse`, `plain`, … */
  readonly transport?: string;
  /** JSON the back end has put to the connection. */
  readonly meta?: unknown;
}
