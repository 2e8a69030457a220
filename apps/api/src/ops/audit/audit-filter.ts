import type { AuditEntry } from "./audit-entry.ts";
import type { AuditLine } from "./audit-line.ts";
import type { GroupSight } from "../../access/group-sight.ts";
import { seesEntry } from "../sight/sees-entry.ts";
import { targetsOf } from "./audit-target.ts";

export const outcomes = ["done", "failed", "refused", "open"] as const;
export const ways = ["page", "key"] as const;
export const chains = ["broken"] as const;

/** What entries are looked for by; each that is given narrows further. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  /** A part of what was done, such as `pause` or `POST /v1/groups`. */
  readonly act?: string | undefined;
  /** `group:mail`, or the name alone of whatever it is. */
  readonly target?: string | undefined;
  /** `open`: an intent without an outcome. */
  readonly outcome?: (typeof outcomes)[number] | undefined;
  readonly via?: (typeof ways)[number] | undefined;
  /** A part of a reason, of why something failed or was refused, or of what was asked for. */
  readonly text?: string | undefined;
  /** `broken`: entries that were changed, or before which some are missing. */
  readonly chain?: (typeof chains)[number] | undefined;
  /** Of who asks, where they see some groups only. */
  readonly sight?: GroupSight | undefined;
}

type Test = (entry: AuditEntry, line: AuditLine) => boolean;

/** Whether an entry is looked for. One that cannot be read is, where nothing is asked that it would have to say. */
export function createAuditFilter(filter: AuditFilter): (line: AuditLine) => boolean {
  const tests = testsOf(filter);
  return (line) => {
    const { entry, verdict } = line;
    if (filter.chain === "broken" && verdict !== "missing" && verdict !== "changed") return false;
    return entry === undefined ? tests.length === 0 : tests.every((test) => test(entry, line));
  };
}

function testsOf({ actor, act, target, outcome, via, text, sight }: AuditFilter): readonly Test[] {
  const tests: (Test | false)[] = [
    actor !== undefined && ((entry) => entry.actor === actor),
    act !== undefined && ((entry) => has(entry.action, act)),
    target !== undefined && ((entry) => targetsOf(entry).some((of) => of === target || of.endsWith(`:${target}`))),
    outcome !== undefined && ((entry, line) => outcomeOf(entry, line) === outcome),
    sight !== undefined && ((entry) => seesEntry(sight, entry)),
    via !== undefined && ((entry) => entry.via === via),
    text !== undefined && ((entry) => spokenIn(entry).some((said) => has(said, text))),
  ];
  return tests.filter((test) => test !== false);
}

/** Undefined: an intent that an outcome of its own stands for. */
function outcomeOf({ kind, status = 0, why }: AuditEntry, { isOpen }: AuditLine): AuditFilter["outcome"] {
  if (kind === "intent") return isOpen ? "open" : undefined;
  if (kind === "refused") return "refused";
  return kind === "outcome" && (status >= 400 || why !== undefined) ? "failed" : "done";
}

function spokenIn({ reason = "", why = "", details }: AuditEntry): readonly string[] {
  return [reason, why, details === undefined ? "" : JSON.stringify(details)];
}

/** Whatever case it has. */
function has(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
