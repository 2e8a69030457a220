import type { BackfillSpan, RunReply, Schedules, TickNote } from "../schedule.ts";
import { parseScheduleId } from "../ids-from-outside.ts";
import { type OverlapPolicy, overlapPolicies } from "../schedule-spec.ts";
import { TaskRejection } from "../task-rejection.ts";
import type { SchedulesParts } from "./create-schedules.ts";
import { type ReadableSchedule, readable, readStored } from "./read-schedule.ts";
import { readEitherTime } from "./read-either-time.ts";
import { entryOf } from "./schedule-entry.ts";
import { scheduleScripts as scripts } from "./schedule-scripts.ts";
import { newestTicks } from "./timing.ts";

const backfillMax = 1_000;

/** Running a schedule besides its ticks, because a person wants it. */
export function runSchedule(parts: SchedulesParts): Pick<Schedules, "trigger" | "backfill"> {
  const { place } = parts;
  async function read(id: string) {
    const schedule = parseScheduleId(id);
    const [now, hash, due] = await scripts.read.run(place, { schedule });
    const stored = readStored(schedule, hash, due);
    return { stored: stored === undefined ? undefined : readable(stored), nowMs: Number(now) };
  }
  async function run(stored: ReadableSchedule, asked: RunAsked): Promise<RunReply | undefined> {
    const { id, revision, lastTickMs, spec } = stored;
    const { kind, tickMs, nowMs, overlap = spec.overlap } = asked;
    const lateMs = nowMs - tickMs;
    const note: TickNote = { id, kind, tickMs, firedAtMs: nowMs, lateMs, missed: 0, previousTickMs: lastTickMs };
    const entry = entryOf({ incarnation: stored.incarnation, spec: { ...spec, overlap } }, note, parts);
    const logged = kind === "trigger" ? "triggered" : "backfilled";
    const ids = { schedule: id, rev: revision, kind: logged, tick: tickMs, overlap };
    const outcome = await scripts.run.run(place, { ...ids, ...entry });
    if (outcome === "stale") return undefined;
    return { outcome, taskId: outcome === "fired" || outcome === "known" ? entry.id : null };
  }
  return {
    async trigger(id, overlap) {
      if (overlap !== undefined && !overlapPolicies.includes(overlap))
        reject("overlap", `must be one of ${overlapPolicies.map((one) => `\`${one}\``).join(", ")}`);
      // Once more if it was changed in between.
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const { stored, nowMs } = await read(id);
        if (stored === undefined) return undefined;
        const reply = await run(stored, { kind: "trigger", tickMs: nowMs, nowMs, overlap });
        if (reply !== undefined) return reply;
      }
      return reject("id", "is changed by others all the time; send it again");
    },
    async backfill(id, span) {
      const { fromMs, toMs } = readSpan(span);
      const { stored, nowMs } = await read(id);
      if (stored === undefined) return undefined;
      if (toMs > nowMs)
        reject(span.to === undefined ? "toMs" : "to", "must not be ahead: what is to come fires by itself");
      const ticksMs = newestTicks(stored.spec.timing, { fromMs, toMs }, backfillMax + 1).toReversed();
      if (ticksMs.length > backfillMax) reject("from", `there are more than ${backfillMax} ticks; take less at a time`);
      const counts = { fired: 0, known: 0, skipped: 0, refused: 0 };
      if (span.dryRun !== true) {
        for (const tickMs of ticksMs) {
          const reply = await run(stored, { kind: "backfill", tickMs, nowMs, overlap: undefined });
          if (reply === undefined) break;
          counts[reply.outcome] += 1;
        }
      }
      return { ticksMs, ...counts };
    },
  };
}

interface RunAsked {
  readonly kind: "trigger" | "backfill";
  readonly tickMs: number;
  readonly nowMs: number;
  readonly overlap: OverlapPolicy | undefined;
}

function readSpan({ from, fromMs, to, toMs }: BackfillSpan) {
  const span = { fromMs: readEitherTime({ from, fromMs }), toMs: readEitherTime({ to, toMs }) };
  if (span.fromMs === undefined) return reject("from", "is missing: the first tick to run");
  if (span.toMs === undefined) return reject("to", "is missing: the last tick to run");
  if (span.toMs < span.fromMs) reject("to", "must not be before from");
  return { fromMs: span.fromMs, toMs: span.toMs };
}

function reject(field: string, problem: string): never {
  throw new TaskRejection("field_invalid", field, problem);
}
