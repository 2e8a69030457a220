import { createHash } from "node:crypto";
import type { ScheduleId } from "../ids-from-outside.ts";
import type { ScheduleSpec } from "../schedule-spec.ts";
import { newestTicks, tickAfter } from "./timing.ts";

export interface Firing {
  /** The tick to run; undefined: none. */
  readonly run: number | undefined;
  /** The newest tick that is settled by this, run or passed over. */
  readonly last: number;
  /** Ticks that are passed over, counted up to {@link missedCountMax}. */
  readonly missed: number;
  /** The tick after that; undefined: there is none. */
  readonly next: number | undefined;
}

/** Later than this a tick was missed. A worker that dies is replaced by another within it. */
const onTimeMs = 1_000;
/** Beyond nobody counts: a schedule of seconds that was away for a month would hold a worker for minutes. */
export const missedCountMax = 1_000;
/** Of what was missed, `run_all` runs so many. */
const catchUpMax = 100;

/** What becomes of a schedule that stands at a tick at this time, which is not before the tick. */
export function planFiring(
  spec: Pick<ScheduleSpec, "timing" | "missed" | "missedWindowMs">,
  tick: number,
  nowMs: number,
): Firing {
  const { timing, missed: policy } = spec;
  const isOnTime = tick >= nowMs - onTimeMs;
  if (isOnTime || timing.kind === "once") return { run: tick, last: tick, missed: 0, next: tickAfter(timing, tick) };
  // All of these are late; what is on time comes next, on its own.
  const late = { fromMs: tick, toMs: nowMs - onTimeMs - 1 };
  const worthRunning = { fromMs: Math.max(tick, nowMs - spec.missedWindowMs), toMs: late.toMs };
  const limit = { skip: 0, run_once: 1, run_all: catchUpMax }[policy];
  const run = limit === 0 ? undefined : newestTicks(timing, worthRunning, limit).at(-1);
  const [last = tick] = run === undefined ? newestTicks(timing, late, 1) : [run];
  const count = newestTicks(timing, { fromMs: tick, toMs: last }, missedCountMax).length;
  return { run, last, missed: run === undefined ? count : Math.max(0, count - 1), next: tickAfter(timing, last) };
}

/** By how much a tick is put off: the same whenever and by whomever it is asked. */
export function jitterOf(id: ScheduleId, tick: number, jitterMs: number): number {
  if (jitterMs === 0) return 0;
  return createHash("sha256").update(`${id}\n${tick}`).digest().readUInt32BE(0) % jitterMs;
}
