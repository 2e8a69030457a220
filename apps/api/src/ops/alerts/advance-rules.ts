import { createHash } from "node:crypto";
import type { Need } from "@switchyard/console/answers";
import { subjectOfNeed } from "@switchyard/console/need-place";
import type { RuleCode } from "@switchyard/console/need-rules";
import type { AlertChange, RuleState, RuleStates } from "./alert-state.ts";

export interface Look {
  /** What somebody is to be told of, the most urgent first. */
  readonly needs: readonly Need[];
  readonly nowMs: number;
  readonly holdMs: number;
  /** 0: never. */
  readonly repeatMs: number;
  /** In the language of who is told. */
  readonly titleOf: (need: Need) => string;
}

/** What somebody is told. */
export interface RuleChange {
  readonly rule: RuleCode;
  readonly change: AlertChange;
  readonly sinceMs: number;
  /** Of the most urgent need; when it has ended, of the most urgent that was told of. */
  readonly title: string;
  readonly subject: string | null;
  /** How many it is about, or was when that was told. */
  readonly count: number;
  /** Empty: it has ended. */
  readonly needs: readonly Need[];
}

/** A rule that comes to be about more groups or schedules than was told is told again, but not more often than this. */
export const newsEveryMs = 300_000;
/** Marks kept of what a rule is about: of all that a look can name, or one that comes to be named would be told as news. */
const namedMax = 1_000;

/**
 * One look at what needs somebody, beside what one receiver has been told: what it is told now. Pure. A rule is told once when it has held
 * for a while and once when it has not held for a while, however often it comes and goes between; while it lasts it is told again now and
 * then, and when it is about more than it was.
 */
export function advanceRules(known: RuleStates, look: Look): { rules: RuleStates; changes: readonly RuleChange[] } {
  const found = Map.groupBy(look.needs, ({ code }) => code);
  const codes = new Set([...found.keys(), ...(Object.keys(known) as RuleCode[])]);
  const steps = [...codes].map((rule) => {
    const needs = found.get(rule) ?? [];
    return { rule, needs, ...advance(known[rule], needs, look) };
  });
  return {
    rules: Object.fromEntries(steps.flatMap(({ rule, next }) => (next === undefined ? [] : [[rule, next]]))),
    changes: steps.flatMap(({ rule, needs, tells }) => (tells === undefined ? [] : [{ rule, needs, ...tells }])),
  };
}

interface Step {
  /** Undefined: the rule does not hold. */
  readonly next?: RuleState;
  readonly tells?: Omit<RuleChange, "rule" | "needs">;
}

function advance(known: RuleState | undefined, needs: readonly Need[], look: Look): Step {
  const [first] = needs;
  if (first === undefined) return known === undefined ? {} : cease(known, look);
  const current = about(first, needs, look);
  const { nowMs, holdMs } = look;
  const sinceMs = known?.sinceMs ?? nowMs;
  const tell = (change: AlertChange): Step => ({
    next: { sinceMs, toldAtMs: nowMs, overSinceMs: null, ...current },
    tells: { change, sinceMs, ...current, count: needs.length },
  });
  if (known === undefined || known.toldAtMs === null)
    return nowMs - sinceMs >= holdMs
      ? tell("began")
      : { next: { sinceMs, toldAtMs: null, overSinceMs: null, ...current } };
  return isDue(known, current, look) ? tell("continues") : { next: { ...known, overSinceMs: null } };
}

/** It does not hold now. */
function cease(known: RuleState, { nowMs, holdMs }: Look): Step {
  // Nobody was told, so nobody need be told that it is over.
  if (known.toldAtMs === null) return {};
  const overSinceMs = known.overSinceMs ?? nowMs;
  if (nowMs - overSinceMs < holdMs) return { next: { ...known, overSinceMs } };
  const { sinceMs, title, subject, named } = known;
  return { tells: { change: "ended", sinceMs, title, subject, count: named.length } };
}

function isDue(known: RuleState, current: Pick<RuleState, "named">, { nowMs, repeatMs }: Look): boolean {
  const quietMs = nowMs - (known.toldAtMs ?? 0);
  const hasMore = current.named.some((mark) => !known.named.includes(mark));
  return (repeatMs > 0 && quietMs >= repeatMs) || (hasMore && quietMs >= newsEveryMs);
}

function about(first: Need, needs: readonly Need[], { titleOf }: Look): Pick<RuleState, "title" | "subject" | "named"> {
  const subject = subjectOfNeed(first) ?? null;
  return { title: titleOf(first), subject, named: [...new Set(needs.map(markOf))].slice(0, namedMax) };
}

/** Names may be long, and all that matters is whether it is the same. */
function markOf(need: Need): string {
  return createHash("sha256")
    .update(subjectOfNeed(need) ?? "")
    .digest("base64url")
    .slice(0, 10);
}
