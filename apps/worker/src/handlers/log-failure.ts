import type { Logger } from "@switchyard/runtime/logger";

/**
 * Logs an attempt that has failed. One that was aborted because its task was cancelled, or because the worker stops, ends with
 * an error as well, but its handler has done nothing wrong; of the aborted ones only those that took too long are at fault.
 */
export function logFailure(signal: AbortSignal, details: Readonly<Record<string, unknown>>, logger: Logger): void {
  const reason = signal.reason as { readonly name?: unknown; readonly message?: unknown } | undefined;
  if (!signal.aborted) logger.warn(details, "handler failed");
  else if (reason?.name === "TimeoutError") logger.warn({ ...details, error: reason.message }, "handler failed");
  else logger.debug({ ...details, reason: reason?.message }, "attempt was aborted");
}
