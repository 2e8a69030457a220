import type { GroupSettings, OnFailure } from "../../group.ts";
import { TaskRejection } from "../../task-rejection.ts";

export const defaultGroupSettings: GroupSettings = {
  concurrency: 1,
  weight: 1,
  rate: null,
  onFailure: "block",
  maxSize: null,
  onFull: "reject",
};

/** As the scripts read it: `concurrency weight rateMax ratePerMs onFailure pauseAfter maxSize onFull`, 0 for "no bound". */
export function packSettings({ concurrency, weight, rate, onFailure, maxSize, onFull }: GroupSettings): string {
  const pauseAfter = typeof onFailure === "object" ? onFailure.pauseAfter : 0;
  const policy = typeof onFailure === "object" ? "block" : onFailure;
  const [max, perMs] = [rate?.max ?? 0, rate?.perMs ?? 0];
  return [concurrency ?? 0, weight, max, perMs, policy, pauseAfter, maxSize ?? 0, onFull].join(" ");
}

export function unpackSettings(packed: string): GroupSettings {
  const [concurrency, weight, max, perMs, policy, pauseAfter, maxSize, onFull] = packed.split(" ");
  const after = Number(pauseAfter);
  return {
    concurrency: Number(concurrency) === 0 ? null : Number(concurrency),
    weight: Number(weight),
    rate: Number(max) === 0 ? null : { max: Number(max), perMs: Number(perMs) },
    onFailure: after > 0 ? { pauseAfter: after } : (policy as OnFailure),
    maxSize: Number(maxSize) === 0 ? null : Number(maxSize),
    onFull: onFull as GroupSettings["onFull"],
  };
}

/** @throws TaskRejection naming the first field that cannot be used. */
export function checkGroupSettings(settings: Partial<GroupSettings>): void {
  const { concurrency, weight, rate, onFailure, maxSize, onFull } = settings;
  if (concurrency !== null) checkNumber("concurrency", concurrency, { min: 1, max: 100_000 });
  checkNumber("weight", weight, { min: 0.01, max: 1_000, whole: false });
  if (rate !== undefined && rate !== null) {
    checkNumber("rate.max", rate.max, { min: 1, max: 1_000_000 });
    checkNumber("rate.perMs", rate.perMs, { min: 1, max: 86_400_000 });
  }
  if (typeof onFailure === "object") checkNumber("onFailure.pauseAfter", onFailure.pauseAfter, { min: 1, max: 1_000 });
  else checkOneOf("onFailure", onFailure, ["block", "skip"]);
  if (maxSize !== null) checkNumber("maxSize", maxSize, { min: 1, max: 10_000_000 });
  checkOneOf("onFull", onFull, ["reject", "drop-oldest", "drop-newest"]);
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

function checkNumber(field: string, value: number | undefined, { min, max, whole = true }: Bounds): void {
  if (value === undefined) return;
  if ((whole ? Number.isInteger(value) : Number.isFinite(value)) && value >= min && value <= max) return;
  throw new TaskRejection("field_invalid", field, `must be a ${whole ? "whole " : ""}number from ${min} to ${max}`);
}

function checkOneOf(field: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new TaskRejection("field_invalid", field, `must be one of ${allowed.join(", ")}`);
}
