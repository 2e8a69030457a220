import { setTimeout as sleep } from "node:timers/promises";
import { type DueSchedule, fireDue, type FireParts } from "./fire-due.ts";
import type { ScheduleId } from "../ids-from-outside.ts";
import { createRetimer } from "./retime-schedules.ts";
import { scheduleScripts as scripts } from "./schedule-scripts.ts";

export interface Ticker {
  start(): void;
  /** Something was changed: look again. */
  wake(): void;
  /** Fires nothing more once it has resolved. */
  close(): Promise<void>;
}

export interface TickerParts extends FireParts {
  readonly onLook?: (look: ScheduleLook) => void;
}

/** What a worker sees when it looks at what is due. */
export interface ScheduleLook {
  readonly active: number;
  readonly paused: number;
  readonly finished: number;
  /** Its own clock and Redis' are so far apart that it fires nothing. */
  readonly isAside: boolean;
}

/** So many a look: what is in one answer is in memory here and held Redis up there. */
const dueLimit = 50;
/** A timer over 2^31 ms fires at once, and a notification can be lost: nobody sleeps longer. */
const sleepMaxMs = 30_000;
/** Spreads the looks of many workers at the same tick; the first one fires, and the others find nothing. */
const spreadMs = 100;
const afterFailureMs = 500;
/** After an outage reckoning what was missed may take longer than a look is worth; half of what fire-schedule.lua takes. */
const lookGoodMs = 500;
/** Below it an answer is as old as the network makes it. */
const slowAnswerMs = 250;
/** Until a worker whose clock is wrong looks whether it still is. */
const asideMs = 5_000;
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
  let wasDisturbed = false;
  const retime = createRetimer({ place: parts.place, logger, signal: stopped.signal });

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
    const askedMs = performance.now();
    const looked = await scripts.listDue.run(parts.place, { limit: dueLimit });
    const [now, active, finished, all, first, timeZones, flat] = looked;
    const tookMs = performance.now() - askedMs;
    // Redis is quick, so a late answer has waited for this process, whose tasks hold its loop: its now is that much later.
    const nowMs = tookMs > slowAnswerMs ? Math.floor(Number(now) + tookMs) : Number(now);
    const apartMs = Date.now() - nowMs;
    const wasAside = isAside;
    isAside = Math.abs(apartMs) > clockToleranceMs + tookMs;
    parts.onLook?.({ active, paused: Math.max(0, all - active - finished), finished, isAside });
    if (isAside) {
      if (!wasAside && active > 0)
        logger.error({ apartMs }, "this worker's clock and Redis' differ by over a minute; it fires no schedules");
      return asideMs;
    }
    retime(timeZones);
    const failed = await fireAll(dueOf(flat, nowMs), parts);
    if (failed !== undefined && !wasDisturbed)
      logger.warn({ err: failed.reason }, "a schedule that is due was not fired, and is tried again");
    wasDisturbed = failed !== undefined;
    if (flat.length > 0) return wasDisturbed ? afterFailureMs : 0;
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

/** Returns why one could not be fired; whatever it is about it, the others are due as well. */
async function fireAll(all: readonly DueSchedule[], parts: FireParts): Promise<PromiseRejectedResult | undefined> {
  const lookedMs = performance.now();
  const firing: Promise<void>[] = [];
  for (const due of all) {
    // The rest is looked at again: what is settled on an old look is refused.
    if (firing.length > 0 && performance.now() - lookedMs > lookGoodMs) break;
    firing.push(fireDue(due, parts));
  }
  return (await Promise.allSettled(firing)).find((one) => one.status === "rejected");
}

function dueOf(flat: readonly (string | readonly (string | null)[])[], nowMs: number): DueSchedule[] {
  const list: DueSchedule[] = [];
  for (let index = 0; index + 2 < flat.length; index += 3) {
    const [id, dueMs, fields] = flat.slice(index, index + 3) as [ScheduleId, string, readonly (string | null)[]];
    list.push({ id, dueMs: Number(dueMs), fields, nowMs });
  }
  return list;
}
