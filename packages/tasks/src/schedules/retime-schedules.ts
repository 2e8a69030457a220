import { randomBytes } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { ScriptPlace } from "../redis/define-script.ts";
import type { ScheduleId } from "../ids-from-outside.ts";
import { jitterOf } from "./plan-firing.ts";
import { readStored } from "./read-schedule.ts";
import { scheduleScripts as scripts } from "./schedule-scripts.ts";
import { timeZoneVersion, tickAfter } from "./timing.ts";

export interface RetimeParts {
  /** Of `schedulePlace`. */
  readonly place: ScriptPlace;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const pageSize = 100;
/** A worker with older rules goes on firing and writing ticks: not at each of them are all reckoned again. */
const pauseMs = 60_000;

/**
 * Reckons all ticks to come again when some may have been reckoned by older rules than this process has; it is told which are noted
 * at each look. What is due already fires as it was promised, and of two processes that disagree the newer one is right.
 */
export function createRetimer(parts: RetimeParts): (noted: string | null) => void {
  let isBusy = false;
  let notBeforeMs = 0;
  return (noted) => {
    if (noted === null || noted >= timeZoneVersion || isBusy || performance.now() < notBeforeMs) return;
    isBusy = true;
    notBeforeMs = performance.now() + pauseMs;
    void retimeAll(noted, parts)
      .catch((error: unknown) => parts.logger.debug({ err: error }, "schedules not reckoned again"))
      .finally(() => (isBusy = false));
  };
}

/**
 * The note is made this run's own first: whoever writes a tick by old rules meanwhile notes that over it, and whoever dies on the way
 * leaves something that is older than its own version. In both cases all is reckoned once more.
 */
async function retimeAll(noted: string, { place, logger, signal }: RetimeParts): Promise<void> {
  const mine = `${noted.split(" ", 1)[0]} ${randomBytes(6).toString("hex")}`;
  if (!(await scripts.markTimeZones.run(place, { expected: noted, tz: mine }))) return;
  let moved = 0;
  for (let after = "", isFirst = true; isFirst || after !== ""; isFirst = false) {
    if (signal.aborted) return;
    const [next, flat] = await scripts.list.run(place, { after, limit: pageSize });
    for (let index = 0; index + 2 < flat.length; index += 3) {
      const [id, hash, due] = flat.slice(index, index + 3) as [ScheduleId, string[], string | null];
      if (await retime([id, hash, due], place)) moved += 1;
    }
    after = next;
  }
  await scripts.markTimeZones.run(place, { expected: mine, tz: timeZoneVersion });
  logger.info({ from: noted, to: timeZoneVersion, moved }, "ticks reckoned by newer rules of the time zones");
}

async function retime([id, hash, due]: [ScheduleId, string[], string | null], place: ScriptPlace): Promise<boolean> {
  const stored = readStored(id, hash, due);
  if (stored?.spec?.timing.kind !== "cron" || stored.tickMs === null) return false;
  const next = tickAfter(stored.spec.timing, Math.max(Date.now(), stored.lastTickMs ?? 0));
  if (next === undefined || next === stored.tickMs) return false;
  const dueMs = next + jitterOf(id, next, stored.spec.jitterMs);
  const asked = { schedule: id, rev: stored.revision, tick: stored.tickMs, next, due: dueMs, tz: timeZoneVersion };
  return scripts.retime.run(place, asked);
}
