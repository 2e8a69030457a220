import { setTimeout as sleep } from "node:timers/promises";
import { cutText } from "@switchyard/runtime/cut-text";
import type { TaskId } from "@switchyard/protocol/task-id";
import type { ScriptPlace } from "../redis/define-script.ts";
import type { TaskKeys } from "../redis/task-keys.ts";
import type { PutReply, ScheduleDescription, ScheduleRequest, Schedules, ScheduleSummary } from "../schedule.ts";
import { parseScheduleId, type ScheduleId } from "../ids-from-outside.ts";
import type { ScheduleSpec } from "../schedule-spec.ts";
import { isSettled, type TaskRecord } from "../task.ts";
import { TaskRejection } from "../task-rejection.ts";
import { clockWarnings } from "./clock-warnings.ts";
import { parseSchedule } from "./parse-schedule.ts";
import { jitterOf } from "./plan-firing.ts";
import {
  type ReadableSchedule,
  readable,
  readLog,
  readPast,
  readStored,
  type StoredSchedule,
} from "./read-schedule.ts";
import { runSchedule } from "./run-schedule.ts";
import { type EntryParts, newIncarnation } from "./schedule-entry.ts";
import { scheduleScripts as scripts } from "./schedule-scripts.ts";
import { timeZoneVersion, tickAfter, ticksAfter } from "./timing.ts";

export interface SchedulesParts extends EntryParts {
  /** Of `schedulePlace`. */
  readonly place: ScriptPlace;
  readonly keys: TaskKeys;
  readonly findRecord: (taskId: TaskId) => Promise<TaskRecord | undefined>;
}

/** All in one Redis slot. */
const schedulesMax = 10_000;
const noteMaxLength = 500;
const byMaxLength = 100;
/** Firings and other writers come in between the reading and the writing, twenty at once now and then. */
const putAttempts = 40;
/** At random up to so much more after each attempt, so that writers get out of each other's way. */
const putPauseMs = 5;

/** Ids are parsed here, at the door. */
export function createSchedules(parts: SchedulesParts): Schedules {
  const { place, keys } = parts;
  const { get, existing } = createReader(parts);
  return {
    get: (id) => get(parseScheduleId(id)),
    async list({ cursor = "", limit = 100 }) {
      const after = cursor === "" ? "" : parseScheduleId(cursor);
      const [next, flat] = await scripts.list.run(place, { after, limit });
      const items = [];
      for (let index = 0; index + 2 < flat.length; index += 3) {
        const [id, hash, due] = flat.slice(index, index + 3) as [ScheduleId, string[], string | null];
        items.push(...[readStored(id, hash, due)].flatMap((one) => (one === undefined ? [] : [summaryOf(one)])));
      }
      return { items, cursor: next };
    },
    async put(id, request, ifRevision) {
      const schedule = parseScheduleId(id);
      const [verdict, revision = 0] = await put(schedule, { request, ifRevision }, parts);
      if (verdict === "conflict") return { verdict, revision };
      return { verdict, schedule: await existing(schedule) };
    },
    async remove(id) {
      return scripts.remove.run(place, { schedule: parseScheduleId(id) });
    },
    async pause(id, note = "paused", by = "") {
      const schedule = parseScheduleId(id);
      await scripts.pause.run(place, {
        schedule,
        rev: "",
        note: cutText(note, noteMaxLength),
        by: cutText(by, byMaxLength),
      });
      return get(schedule);
    },
    async resume(id) {
      const schedule = parseScheduleId(id);
      const { stored, nowMs } = await readOne(place, schedule);
      if (stored?.state !== "paused") return get(schedule);
      const { revision: rev } = stored;
      const first = { ...firstTick(readable(stored), nowMs), tz: timeZoneVersion };
      await scripts.resume.run(place, { schedule, rev, ...first, channel: keys.schedulesChannel });
      return get(schedule);
    },
    ...runSchedule(parts),
    async preview(request, count = 10) {
      if (!Number.isInteger(count) || count < 1 || count > 100) reject("count", "must be a whole number from 1 to 100");
      const nowMs = Date.now();
      const spec = parseSchedule(request, parts.policy, nowMs);
      const upcomingMs = ticksAfter(spec.timing, nowMs, count);
      return { spec, upcomingMs, warnings: warningsOf(spec, upcomingMs, nowMs) };
    },
  };
}

function createReader({ place, findRecord }: SchedulesParts) {
  async function get(schedule: ScheduleId): Promise<ScheduleDescription | undefined> {
    const { stored, nowMs, log } = await readOne(place, schedule);
    if (stored === undefined) return undefined;
    const recent = readLog(log);
    const ids = recent.flatMap(({ taskId }) => (taskId === null ? [] : [taskId]));
    const { lastRun, spec } = stored;
    if (lastRun !== null && !ids.includes(lastRun.taskId)) ids.push(lastRun.taskId);
    const records = await Promise.all(ids.map((id) => findRecord(id)));
    const running = records.flatMap((record) => (record === undefined || isSettled(record.status) ? [] : [record.id]));
    const lastRecord = records.find((record) => record?.id === lastRun?.taskId);
    const last = lastRun === null ? null : { ...lastRun, status: lastRecord?.status ?? null };
    const upcomingMs = spec === null || stored.state === "finished" ? [] : upcoming({ ...stored, spec }, nowMs);
    const warnings = spec === null ? [] : warningsOf(spec, upcomingMs, nowMs);
    return { ...summaryOf(stored), upcomingMs, warnings, last, recent, running };
  }
  async function existing(schedule: ScheduleId): Promise<ScheduleDescription> {
    return (await get(schedule)) ?? reject("id", "was removed in the same moment; send it again");
  }
  return { get, existing };
}

type Asked = { readonly request: ScheduleRequest; readonly ifRevision: number | undefined };
type Put = readonly [verdict: PutReply["verdict"], revision?: number];

async function put(schedule: ScheduleId, { request, ifRevision }: Asked, parts: SchedulesParts): Promise<Put> {
  const { place, keys, policy } = parts;
  for (let attempt = 0; attempt < putAttempts; attempt += 1) {
    const { stored, nowMs, pastText } = await readOne(place, schedule);
    const spec = parseSchedule(request, policy, nowMs);
    if (ifRevision !== undefined && ifRevision !== (stored?.revision ?? 0)) return ["conflict", stored?.revision ?? 0];
    if (stored !== undefined && sameText(stored.spec, spec)) return ["unchanged"];
    // Trap of all such upserts: the tick of this very minute is neither fired again nor dropped.
    const stands = stored?.state === "active" && stored.tickMs !== null ? stored.spec : null;
    const past = stored === undefined ? readPast(pastText, spec) : undefined;
    const fired = stored?.counts.fired ?? past?.fired ?? 0;
    const isUsedUp = spec.maxRuns > 0 && fired >= spec.maxRuns;
    const keepsTick = !isUsedUp && stands !== null && sameText(timesOf(stands), timesOf(spec));
    const { lastTickMs = null } = stored ?? {};
    const isOtherOnce = isOnceOtherThan(stored, spec);
    const standing = { id: schedule, spec, lastTickMs: isOtherOnce ? null : (lastTickMs ?? past?.lastTickMs ?? null) };
    const first = isUsedUp ? noTick : firstTick(standing, nowMs);
    const verdict = await scripts.put.run(place, {
      schedule,
      expected: stored === undefined ? "" : stored.revision,
      spec: JSON.stringify(spec),
      keepsTick: keepsTick ? 1 : 0,
      lastTick: lastTickMs ?? "",
      forgetsLast: isOtherOnce ? 1 : 0,
      pastTick: past?.lastTickMs ?? "",
      pastFired: past?.fired ?? "",
      ...first,
      incarnation: newIncarnation(),
      limit: schedulesMax,
      channel: keys.schedulesChannel,
      tz: timeZoneVersion,
    });
    if (verdict === "full")
      reject("id", `would be one more than the ${schedulesMax} schedules there may be; remove some`);
    if (verdict !== "stale") return [verdict];
    await sleep(Math.random() * putPauseMs * attempt);
  }
  return reject("id", "is changed by others all the time; send it again");
}

async function readOne(place: ScriptPlace, schedule: ScheduleId) {
  const [now, hash, due, log, pastText] = await scripts.read.run(place, { schedule });
  return { stored: readStored(schedule, hash, due), nowMs: Number(now), log, pastText };
}

type Standing = Pick<ReadableSchedule, "id" | "spec" | "lastTickMs">;
interface FirstTick {
  readonly tick: number | "";
  readonly due: number;
}

const noTick: FirstTick = { tick: "", due: 0 };

/** As the scripts take it. A one-shot whose time has passed runs at once, but only once. */
function firstTick({ id, spec, lastTickMs }: Standing, nowMs: number): FirstTick {
  const { timing, jitterMs } = spec;
  const from = timing.kind === "once" ? (lastTickMs ?? 0) : Math.max(nowMs, lastTickMs ?? 0);
  const tick = tickAfter(timing, from);
  return tick === undefined ? noTick : { tick, due: tick + jitterOf(id, tick, jitterMs) };
}

/** What the times before have fired says nothing of a one-shot that takes their place: its time may be earlier, and it has not run. */
function isOnceOtherThan(stored: StoredSchedule | undefined, { timing }: ScheduleSpec): boolean {
  const before = stored?.spec?.timing;
  if (timing.kind !== "once" || before === undefined) return false;
  return before.kind !== "once" || before.atMs !== timing.atMs;
}

/** From the tick it stands at, which may have passed and wait for its jitter. */
function upcoming({ spec, tickMs }: ReadableSchedule, nowMs: number): number[] {
  return ticksAfter(spec.timing, tickMs === null ? nowMs : tickMs - 1, 10);
}

function warningsOf({ timing, jitterMs }: ScheduleSpec, upcomingMs: readonly number[], nowMs: number): string[] {
  const gaps = upcomingMs.slice(1).map((tick, index) => tick - (upcomingMs[index] ?? tick));
  const gapMs = Math.min(...gaps);
  const crowded = `jitterMs: ${jitterMs} is more than the ${gapMs} ms between two of its ticks, of which some will be late and missed`;
  return [...(jitterMs > gapMs ? [crowded] : []), ...clockWarnings(timing, nowMs, upcomingMs.at(-1) ?? nowMs)];
}

function timesOf({ timing, jitterMs }: ScheduleSpec) {
  return { timing, jitterMs };
}

/** Both were made by the same function, so their keys come in one order. */
function sameText(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function summaryOf(stored: StoredSchedule): ScheduleSummary {
  const { incarnation: _incarnation, tickMs: _tick, lastTickMs: _lastTick, lastRun: _lastRun, ...summary } = stored;
  return summary;
}

function reject(field: string, problem: string): never {
  throw new TaskRejection("field_invalid", field, problem);
}
