import { setTimeout as sleep } from "node:timers/promises";
import { type DueSchedule, fireDue, type FireParts } from "./fire-due.ts";
import type { ScheduleId } from "../schedule-id.ts";
import { scheduleScripts as scripts } from "./schedule-scripts.ts";

export interface Ticker {
  start(): void;
  /** Something was changed: look again. */
  wake(): void;
  /** Fires nothing more once it has resolved. */
  close(): Promise<void>;
}

export interface TickerParts extends FireParts {
  /** Told at each look how many schedules have a tick and how many there are. */
  readonly onLook?: (counts: { readonly active: number; readonly all: number }) => void;
}

/** So many a look: what is in one answer is in memory here and held Redis up there. */
const dueLimit = 50;
/** A timer over 2^31 ms fires at once, and a notification can be lost: nobody sleeps longer. */
const sleepMaxMs = 30_000;
/** Spreads the looks of many workers at the same tick; the first one fires, and the others find nothing. */
const spreadMs = 100;
const afterFailureMs = 500;
/** Two clocks so far apart cannot both be right. */
const clockToleranceMs = 60_000;

/**
 * Looks at what is due, in every worker. It needs no leader: who fires is decided by the script. Sleeps until the first tick by
 * Redis' clock, measured on this process' own steady one, so that setting a clock neither wakes it nor keeps it asleep.
 */
export function createTicker(parts: TickerParts): Ticker {
  const { logger } = parts;
  const stopped = new AbortController();
  let nap = new AbortController();
  let isWoken = false;
  let running: Promise<void> | undefined;
  let isAside = false;

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      isWoken = false;
      const waitMs = await look().catch((error: unknown) => {
        logger.debug({ err: error }, "schedules not looked at");
        return afterFailureMs;
      });
      if (isWoken || waitMs <= 0) continue;
      nap = new AbortController();
      await sleep(waitMs, undefined, { signal: AbortSignal.any([nap.signal, stopped.signal]) }).catch(() => undefined);
    }
  }

  async function look(): Promise<number> {
    const [now, active, all, first, flat] = await scripts.listDue.run(parts.place, { limit: dueLimit });
    parts.onLook?.({ active, all });
    const nowMs = Number(now);
    const apartMs = Date.now() - nowMs;
    if (Math.abs(apartMs) > clockToleranceMs && active > 0) {
      if (!isAside)
        logger.error({ apartMs }, "this worker's clock and Redis' differ by over a minute; it fires no schedules");
      isAside = true;
      return 5_000;
    }
    isAside = false;
    for (const due of dueOf(flat, nowMs)) {
      if (stopped.signal.aborted) return 0;
      await fireDue(due, parts);
    }
    if (flat.length > 0) return 0;
    return first === null ? sleepMaxMs : Math.min(sleepMaxMs, Number(first) - nowMs + Math.random() * spreadMs);
  }

  return {
    start() {
      running ??= run();
    },
    wake() {
      isWoken = true;
      nap.abort();
    },
    async close() {
      stopped.abort();
      await running;
    },
  };
}

function dueOf(flat: readonly (string | readonly (string | null)[])[], nowMs: number): DueSchedule[] {
  const list: DueSchedule[] = [];
  for (let index = 0; index + 2 < flat.length; index += 3) {
    const [id, dueMs, fields] = flat.slice(index, index + 3) as [ScheduleId, string, readonly (string | null)[]];
    list.push({ id, dueMs: Number(dueMs), fields, nowMs });
  }
  return list;
}
