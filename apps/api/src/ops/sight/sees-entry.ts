import type { AuditEntry } from "../audit/audit-entry.ts";
import { targetsOf } from "../audit/audit-target.ts";
import type { GroupSight } from "../../access/group-sight.ts";

/** Of the state before or after an act, and of what was asked for. */
interface Told {
  readonly group?: unknown;
  readonly filter?: { readonly group?: unknown };
}

/**
 * Whether an entry of the audit is about what somebody sees: a group by its name; a task and a schedule by the group that stood with it when
 * it was acted on; an act on many by its filter. Whatever else there is in the audit is of the whole hub.
 */
export function seesEntry(
  sight: GroupSight,
  entry: Pick<AuditEntry, "action" | "target" | "details" | "before" | "after">,
): boolean {
  const { details, before, after } = entry as { readonly [name in "details" | "before" | "after"]?: Told };
  const group = targetsOf(entry).find((target) => target.startsWith("group:"));
  if (group !== undefined) return sight.hasNamed(group.slice("group:".length));
  const filtered = details?.filter?.group;
  if (typeof filtered === "string") return sight.hasNamed(filtered);
  const stood = (after ?? before)?.group;
  return typeof stood === "string" && sight.has(stood);
}
