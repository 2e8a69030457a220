import type { Logger } from "@switchyard/runtime/logger";
import { type Denied, explainDenial } from "../access/explain-denial.ts";
import { oncePerReason } from "./once-per-reason.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** Error 103 for a client, and a line for whoever wonders why. */
export type Deny = (denied: Denied) => Refusal;

/**
 * Logs each reason the first time something is denied for it. The client itself hears `permission denied` and, where
 * `isExplained` (development), the reason: what options there are is nobody's business elsewhere.
 */
export function createDenials(logger: Pick<Logger, "warn">, isExplained: boolean): Deny {
  const tell = oncePerReason((reason, what) => logger.warn({ reason }, what));
  return (denied) => {
    const reason = explainDenial(denied);
    tell(reason, `denied a client to ${uses[denied.use]}`);
    return refuse("permissionDenied", isExplained ? reason : undefined);
  };
}

const uses = {
  subscribe: "subscribe",
  publish: "publish",
  event: "send events",
  history: "read history",
  presence: "read presence",
} as const;
