import { openCron } from "@switchyard/tasks/cron-text";

/** Times of day, `22:00` to `07:00`, on the clock of a zone. */
export interface QuietHours {
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
}

/**
 * When the quiet hours end that hold at this moment; undefined when none do. Whichever of the two times came last says whether it
 * is quiet, so it does not matter which of them is the larger, and a clock that is changed moves each of them as it moves cron.
 */
export function quietUntilMs({ timeZone, from, to }: QuietHours, nowMs: number): number | undefined {
  if (from === to) return undefined;
  const [begins, ends] = [daily(from, timeZone), daily(to, timeZone)];
  // Before a time is what croner looks for; the minute they begin in is quiet from its first moment.
  const now = new Date(nowMs + 1);
  const last = (cron: typeof begins) => cron.previousRuns(1, now)[0]?.getTime() ?? 0;
  return last(begins) > last(ends) ? ends.nextRun(new Date(nowMs))?.getTime() : undefined;
}

function daily(time: string, timeZone: string) {
  const [hours = "", minutes = ""] = time.split(":");
  return openCron(`${Number(minutes)} ${Number(hours)} * * *`, timeZone);
}
