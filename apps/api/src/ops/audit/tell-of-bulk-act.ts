import type { BulkState } from "@switchyard/tasks/bulk-acts";
import type { AuditTrail } from "./audit-trail.ts";
import { redact } from "./redact.ts";

/** What a bulk act has come to, in the audit beside who began it: that was answered long before. */
export function tellOfBulkAct(trail: Pick<AuditTrail, "note">, state: BulkState): void {
  const { id, act, by, origin, filter, reason, matched, done, skipped } = state;
  const via = origin["via"] === "key" ? "key" : "page";
  void trail.note(via === "key" ? "keys" : "people", {
    kind: "outcome",
    act: origin["act"] ?? id,
    actor: by,
    via,
    action: `finished: ${act} of many`,
    target: { bulk: id },
    details: redact({ filter, matched, done, skipped }) as object,
    ...(reason !== null && { reason: String(redact(reason)) }),
  });
}
