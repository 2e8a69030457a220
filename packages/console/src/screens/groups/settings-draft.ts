import type { GroupSettingsAnswer } from "../../answers/tasks.ts";

/** Settings of a group as they stand in fields: text, and empty for no bound. */
export interface Draft {
  readonly concurrency: string;
  readonly weight: string;
  readonly rateMax: string;
  /** So many of the unit. */
  readonly ratePer: string;
  readonly rateUnitMs: string;
  readonly onFailure: "block" | "skip" | "pauseAfter";
  readonly pauseAfter: string;
  readonly maxSize: string;
  readonly onFull: GroupSettingsAnswer["onFull"];
}

/** Milliseconds, seconds, minutes and hours: nobody thinks of 90 000 ms. */
export const rateUnitsMs = [1, 1_000, 60_000, 3_600_000] as const;

export function draftOf({ concurrency, weight, rate, onFailure, maxSize, onFull }: GroupSettingsAnswer): Draft {
  const text = (value: number | null) => (value === null ? "" : String(value));
  const perMs = rate?.perMs ?? 1_000;
  const unitMs = rateUnitsMs.findLast((ms) => perMs % ms === 0) ?? 1;
  const pauseAfter = typeof onFailure === "string" ? 5 : onFailure.pauseAfter;
  return {
    concurrency: text(concurrency),
    weight: text(weight),
    rateMax: text(rate?.max ?? null),
    ratePer: text(perMs / unitMs),
    rateUnitMs: text(unitMs),
    onFailure: typeof onFailure === "string" ? onFailure : "pauseAfter",
    pauseAfter: text(pauseAfter),
    maxSize: text(maxSize),
    onFull,
  };
}

/** What is sent. A field that is no number is sent as it stands: the api says what is wrong with it, and what its bound is. */
export function patchOf(draft: Draft): object {
  const bound = (text: string) => (text.trim() === "" ? null : numberOf(text));
  return {
    concurrency: bound(draft.concurrency),
    weight: numberOf(draft.weight),
    rate: bound(draft.rateMax) === null ? null : { max: numberOf(draft.rateMax), perMs: perMsOf(draft) },
    onFailure: draft.onFailure === "pauseAfter" ? { pauseAfter: numberOf(draft.pauseAfter) } : draft.onFailure,
    maxSize: bound(draft.maxSize),
    onFull: draft.onFull,
  };
}

/** What is no number stays as it stands. */
export function perMsOf({ ratePer, rateUnitMs }: Pick<Draft, "ratePer" | "rateUnitMs">): number | string {
  const count = numberOf(ratePer);
  // 1.005 s are 1 005 ms, and not 1 004.999.
  return typeof count === "string" ? count : Math.round(count * Number(rateUnitMs) * 1e6) / 1e6;
}

function numberOf(text: string): number | string {
  const value = Number(text.trim());
  return text.trim() === "" || Number.isNaN(value) ? text : value;
}
