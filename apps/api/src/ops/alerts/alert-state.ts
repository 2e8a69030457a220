import type { RuleCode } from "@switchyard/console/need-rules";

/** What a receiver has been told and what it has still to be told; kept in Redis as JSON, and written by one api at a time. */
export interface ReceiverState {
  readonly version: 1;
  readonly rules: RuleStates;
  /** The oldest first. */
  readonly waiting: readonly WaitingAlert[];
  /** Why the last request to it failed; null: it did not. */
  readonly failure: string | null;
}

export type RuleStates = Readonly<Partial<Record<RuleCode, RuleState>>>;

/** A rule that holds, or did until a moment ago. One that is not there does not hold. */
export interface RuleState {
  readonly sinceMs: number;
  /** Null: it does not hold for long enough. */
  readonly toldAtMs: number | null;
  /** Since when it does not hold any more, which has to last, too. */
  readonly overSinceMs: number | null;
  /** What it was about when it was last told: the title and the subject of the first, and marks of all. */
  readonly title: string;
  readonly subject: string | null;
  readonly named: readonly string[];
}

export interface WaitingAlert {
  /** `webhook-id`, the same each time it is tried. */
  readonly id: string;
  readonly rule: RuleCode;
  readonly change: AlertChange;
  /** The bytes that are sent. */
  readonly body: string;
  readonly attempts: number;
  readonly notBeforeMs: number;
}

/** `continues`: it lasts, or it is about more than it was. */
export type AlertChange = "began" | "continues" | "ended";

export const untold: ReceiverState = { version: 1, rules: {}, waiting: [], failure: null };

/** What cannot be read, or is of another version of the hub, counts as never told. */
export function readReceiverState(text: string | null): ReceiverState {
  if (text === null) return untold;
  try {
    const state = JSON.parse(text) as ReceiverState;
    return state.version === 1 && typeof state.rules === "object" && Array.isArray(state.waiting) ? state : untold;
  } catch {
    return untold;
  }
}
