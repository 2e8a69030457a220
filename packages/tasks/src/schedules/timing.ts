import type { Cron } from "croner";
import type { Timing } from "../schedule-spec.ts";
import { openCron } from "./cron-text.ts";

/**
 * Of the rules by which this process reckons local times, such as `2026b`: those of its Node. A later one is greater as a text.
 * Ticks are stored, so when a country changes its clock at short notice they stand where the old rules put them until a process
 * with the new ones comes (retime-schedules.ts).
 */
export const timeZoneVersion = process.versions["tz"] ?? "unknown";

/** The first tick after a time; undefined: there is none. */
export function tickAfter(timing: Timing, timeMs: number): number | undefined {
  const tick = unboundedAfter(timing, Math.max(timeMs, timing.startAtMs - 1));
  return tick === undefined || (timing.endAtMs > 0 && tick > timing.endAtMs) ? undefined : tick;
}

/** Up to `count` ticks after a time. */
export function ticksAfter(timing: Timing, timeMs: number, count: number): number[] {
  const ticks: number[] = [];
  for (let tick = tickAfter(timing, timeMs); tick !== undefined && ticks.length < count; tick = tickAfter(timing, tick))
    ticks.push(tick);
  return ticks;
}

/** Up to `count` ticks from `fromMs` to `toMs`, both included, the newest first. Looks from the end, however long ago the beginning is. */
export function newestTicks(timing: Timing, span: TickSpan, count: number): number[] {
  const fromMs = Math.max(span.fromMs, timing.startAtMs);
  const toMs = timing.endAtMs > 0 ? Math.min(span.toMs, timing.endAtMs) : span.toMs;
  return toMs < fromMs ? [] : ticksWithin(timing, { fromMs, toMs }, count);
}

export interface TickSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

function unboundedAfter(timing: Timing, timeMs: number): number | undefined {
  switch (timing.kind) {
    case "once":
      return timing.atMs > timeMs ? timing.atMs : undefined;
    case "every":
      return (Math.floor((timeMs - timing.offsetMs) / timing.everyMs) + 1) * timing.everyMs + timing.offsetMs;
    default:
      return openCron(timing.cron, timing.timeZone).nextRun(new Date(timeMs))?.getTime();
  }
}

function ticksWithin(timing: Timing, { fromMs, toMs }: TickSpan, count: number): number[] {
  switch (timing.kind) {
    case "once":
      return timing.atMs >= fromMs && timing.atMs <= toMs && count > 0 ? [timing.atMs] : [];
    case "every": {
      const { everyMs, offsetMs } = timing;
      const newest = Math.floor((toMs - offsetMs) / everyMs) * everyMs + offsetMs;
      const length = Math.max(0, Math.min(count, Math.floor((newest - fromMs) / everyMs) + 1));
      return Array.from({ length }, (_, index) => newest - index * everyMs);
    }
    default:
      return cronTicksWithin(openCron(timing.cron, timing.timeZone), { fromMs, toMs }, count);
  }
}

/** No further back than asked for: each run costs a tenth of a millisecond, and after an outage all schedules ask at once. */
function cronTicksWithin(cron: Cron, { fromMs, toMs }: TickSpan, count: number): number[] {
  const ticks: number[] = [];
  for (let chunk = 1; ticks.length < count; chunk = Math.min(chunk * 4, 64)) {
    const wanted = Math.min(chunk, count - ticks.length);
    // Before a time is what croner looks for, so the time itself is asked for by the next millisecond.
    const runs = cron.previousRuns(wanted, new Date(ticks.at(-1) ?? toMs + 1)).map((run) => run.getTime());
    const within = runs.filter((run) => run >= fromMs);
    ticks.push(...within);
    if (within.length < wanted) break;
  }
  return ticks;
}
