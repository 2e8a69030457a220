import type { GroupSettingsAnswer } from "../../answers/tasks.ts";

/** Settings of a group as they stand in fields: text, and empty for no bound. */
export interface Draft {
  readonly concurrency: string;
  readonly weight: string;
  readonly rateMax: string;
  readonly ratePerMs: string;
  readonly onFailure: "block" | "skip" | "pauseAfter";
  readonly pauseAfter: string;
  readonly maxSize: string;
  readonly onFull: GroupSettingsAnswer["onFull"];
}

export function draftOf({ concurrency, weight, rate, onFailure, maxSize, onFull }: GroupSettingsAnswer): Draft {
  const text = (value: number | null) => (value === null ? "" : String(value));
  const pauseAfter = typeof onFailure === "string" ? 5 : onFailure.pauseAfter;
  return {
    concurrency: text(concurrency),
    weight: text(weight),
    rateMax: text(rate?.max ?? null),
    ratePerMs: text(rate?.perMs ?? 1_000),
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
    rate: bound(draft.rateMax) === null ? null : { max: numberOf(draft.rateMax), perMs: numberOf(draft.ratePerMs) },
    onFailure: draft.onFailure === "pauseAfter" ? { pauseAfter: numberOf(draft.pauseAfter) } : draft.onFailure,
    maxSize: bound(draft.maxSize),
    onFull: draft.onFull,
  };
}

function numberOf(text: string): number | string {
  const value = Number(text.trim());
  return text.trim() === "" || Number.isNaN(value) ? text : value;
}
