import type { Logger } from "@switchyard/runtime/logger";
import { type Denied, explainDenial } from "../access/explain-denial.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** Different reasons that are told; there are as many as namespaces and uses, and a few more. */
const maxReasons = 50;

/** Error 103 for a client, and a line for whoever wonders why. */
export type Deny = (denied: Denied) => Refusal;

/**
 * Logs each reason the first time something is denied for it. The client itself hears `permission denied` and, where
 * `isExplained` (development), the reason: what options there are is nobody's business elsewhere.
 */
export function createDenials(logger: Pick<Logger, "warn">, isExplained: boolean): Deny {
  const told = new Set<string>();
  return (denied) => {
    const reason = explainDenial(denied);
    const key = `${denied.use} ${reason}`;
    if (told.size < maxReasons && !told.has(key)) {
      told.add(key);
      logger.warn({ reason }, `denied a client to ${uses[denied.use]} (told once per reason)`);
    }
    return refuse("permissionDenied", isExplained ? reason : undefined);
  };
}

const uses = {
  subscribe: "subscribe",
  publish: "publish",
  history: "read history",
  presence: "read presence",
} as const;
