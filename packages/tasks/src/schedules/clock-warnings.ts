import type { Timing } from "../schedule-spec.ts";
import { shownAt } from "./local-time.ts";
import { ticksAfter } from "./timing.ts";

const weekMs = 7 * 86_400_000;
const yearMs = 366 * 86_400_000;

/**
 * What becomes of times that the clock leaves out or shows twice from a moment on, until another, a year ahead at most. A pattern
 * for every hour follows real time, and nothing is odd about it.
 */
export function clockWarnings(timing: Timing, fromMs: number, toMs: number): string[] {
  if (timing.kind !== "cron") return [];
  const { cron, timeZone } = timing;
  const [minutes = "", hours = ""] = fieldsOf(cron).slice(-5);
  if (hours === "*") return [];
  const namesTimes = !/\*/.test(minutes + hours);
  return changesBetween(timeZone, fromMs, Math.min(toMs, fromMs + yearMs)).flatMap((atMs) => {
    const [before, after] = [shownAt(atMs - 1_000, timeZone) + 1_000, shownAt(atMs, timeZone)];
    const [first] = ticksAfter(
      { ...timing, timeZone: "UTC", startAtMs: 0, endAtMs: 0 },
      Math.min(before, after) - 1,
      1,
    );
    if (first === undefined || first >= Math.max(before, after)) return [];
    const time = `${dayOf(first)}: ${timeOf(first)}`;
    if (after > before)
      return [
        `${time} does not exist in ${timeZone}, ${namesTimes ? `runs at ${timeOf(after)}` : "does not run then"}`,
      ];
    return [`${time} comes twice in ${timeZone}, ${namesTimes ? "runs the first time" : "runs both times"}`];
  });
}

function fieldsOf(cron: string): string[] {
  if (!cron.startsWith("@")) return cron.split(/\s+/);
  return cron === "@hourly" ? ["0", "*", "*", "*", "*"] : ["0", "0", "*", "*", "*"];
}

/** The first seconds of another distance from UTC. */
function changesBetween(timeZone: string, fromMs: number, toMs: number): number[] {
  const distance = (ms: number) => shownAt(ms, timeZone) - ms;
  const changes: number[] = [];
  const startMs = Math.floor(fromMs / 1_000) * 1_000;
  for (let ms = startMs; ms < toMs; ms += weekMs) {
    let [low, high] = [ms, Math.min(ms + weekMs, Math.ceil(toMs / 1_000) * 1_000)];
    const old = distance(low);
    if (distance(high) === old) continue;
    while (high - low > 1_000) {
      const middle = low + Math.floor((high - low) / 2_000) * 1_000;
      if (distance(middle) === old) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

function timeOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(11, 16);
}
