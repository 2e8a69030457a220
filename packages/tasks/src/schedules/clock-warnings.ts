import type { Timing } from "../schedule-spec.ts";
import { shownAt } from "./local-time.ts";
import { ticksAfter } from "./timing.ts";

type CronTiming = Extract<Timing, { kind: "cron" }>;

/** Of the times that one change of the clock moves: looked at, and named. */
const namedMax = 10;
const toldMax = 4;
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
  // Before it begins nothing runs that a clock could move.
  const startMs = Math.max(fromMs, timing.startAtMs);
  return changesBetween(timeZone, startMs, Math.min(toMs, startMs + yearMs)).flatMap((atMs) => {
    const [before, after] = [shownAt(atMs - 1_000, timeZone) + 1_000, shownAt(atMs, timeZone)];
    const affected = namedBetween(timing, Math.min(before, after), Math.max(before, after));
    const [first] = affected;
    if (first === undefined) return [];
    const times = `${dayOf(first)}: ${listOf(affected)}`;
    const verb = (one: string, many: string) => (affected.length === 1 ? one : many);
    if (after > before) {
      const instead = namesTimes ? `${verb("runs", "run")} at ${timeOf(after)}` : `${verb("does", "do")} not run then`;
      return [`${times} ${verb("does", "do")} not exist in ${timeZone}, ${instead}`];
    }
    const runs = `${verb("runs", "run")} ${namesTimes ? "the first time" : "both times"}`;
    return [`${times} ${verb("comes", "come")} twice in ${timeZone}, ${runs}`];
  });
}

/** Times on the wall that the pattern names, from one to before another. */
function namedBetween(timing: CronTiming, from: number, to: number): number[] {
  const wall = { ...timing, timeZone: "UTC", startAtMs: 0, endAtMs: 0 };
  return ticksAfter(wall, from - 1, namedMax).filter((ms) => ms < to);
}

function listOf(times: readonly number[]): string {
  const told = times.slice(0, toldMax).map(timeOf);
  if (times.length > toldMax) return `${told.join(", ")} and more`;
  const last = told.pop() ?? "";
  return told.length === 0 ? last : `${told.join(", ")} and ${last}`;
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
