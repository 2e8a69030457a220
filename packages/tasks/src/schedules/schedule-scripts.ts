import type { TaskId } from "@switchyard/protocol/task-id";
import { defineScript, type ScriptPlace } from "../redis/define-script.ts";
import { readChunk } from "../redis/lua-chunk.ts";
import type { TaskKeys } from "../redis/task-keys.ts";

const file = (name: string) => new URL(`./scripts/${name}.lua`, import.meta.url);
const text = (raw: unknown) => String((raw as readonly unknown[])[0]);
const isDone = (raw: unknown) => raw === 1;

/** What is done to schedules. Their prelude is {@link schedulePlace}'s. */
export const scheduleScripts = {
  listDue: defineScript({ file: file("list-due"), args: ["limit"], reply: (raw) => raw as RawDue }),
  fire: defineScript({
    file: file("fire-schedule"),
    args: [
      "schedule",
      "rev",
      "tick",
      "last",
      "next",
      "due",
      "missed",
      "run",
      "overlap",
      "maxRuns",
      "pauseAfter",
      "tz",
      "looked",
      "id",
      "handler",
      "data",
      "options",
      "admission",
    ],
    reply: (raw) => raw as RawFiring,
  }),
  run: defineScript({
    file: file("run-schedule"),
    args: ["schedule", "rev", "kind", "tick", "overlap", "id", "handler", "data", "options", "admission"],
    reply: (raw) => text(raw) as "stale" | "fired" | "skipped" | "refused" | "known",
  }),
  put: defineScript({
    file: file("put-schedule"),
    args: [
      "schedule",
      "expected",
      "spec",
      "keepsTick",
      "tick",
      "due",
      "incarnation",
      "limit",
      "channel",
      "tz",
      "lastTick",
      "forgetsLast",
      "pastTick",
      "pastFired",
    ],
    reply: (raw) => text(raw) as "created" | "updated" | "stale" | "full",
  }),
  pause: defineScript({ file: file("pause-schedule"), args: ["schedule", "rev", "note", "by"], reply: isDone }),
  resume: defineScript({
    file: file("resume-schedule"),
    args: ["schedule", "rev", "tick", "due", "channel", "tz"],
    reply: isDone,
  }),
  retime: defineScript({
    file: file("retime-schedule"),
    args: ["schedule", "rev", "tick", "next", "due", "tz"],
    reply: isDone,
  }),
  markTimeZones: defineScript({ file: file("mark-time-zones"), args: ["expected", "tz"], reply: isDone }),
  remove: defineScript({ goesOnWhenFull: true, file: file("remove-schedule"), args: ["schedule"], reply: isDone }),
  read: defineScript({ file: file("read-schedule"), args: ["schedule"], reply: (raw) => raw as RawSchedule }),
  list: defineScript({
    file: file("list-schedules"),
    args: ["after", "limit"],
    reply: (raw) => raw as [next: string, flat: (string | null | readonly string[])[]],
  }),
};

/** See list-due.lua. */
export type RawDue = [
  now: string,
  active: number,
  finished: number,
  all: number,
  first: string | null,
  timeZones: string | null,
  due: (string | readonly (string | null)[])[],
];
/** See fire-schedule.lua. */
export type RawFiring =
  | ["stale"]
  | [
      outcome: "paused" | "finished" | "missed" | "fired" | "skipped" | "refused" | "known",
      nowUs: string,
      failed: TaskId | "",
      note: string,
    ];
/** See read-schedule.lua. */
export type RawSchedule = [
  now: string,
  hash: readonly string[],
  due: string | null,
  log: readonly string[],
  past: string | null,
];

/** A finished schedule can be looked at for a day, and what it has fired is known for thirty. */
const finishedTtlMs = 86_400_000;
const pastTtlMs = 29 * finishedTtlMs;

/** Where the scripts of {@link scheduleScripts} run: beside those of `place`, which admit tasks. */
export function schedulePlace(place: ScriptPlace, keys: TaskKeys): ScriptPlace {
  const constants = {
    ...place.constants,
    SCHEDULE: keys.schedulePrefix,
    SCHEDULE_LOG: keys.scheduleLogPrefix,
    SCHEDULE_PAST: keys.schedulePastPrefix,
    SCHEDULES_ALL: keys.schedulesAll,
    SCHEDULES_DUE: keys.schedulesDue,
    SCHEDULES_FINISHED: keys.schedulesFinished,
    SCHEDULES_TZ: keys.schedulesTimeZones,
    CANCEL_CHANNEL: keys.cancelChannel,
    FINISHED_TTL_MS: finishedTtlMs,
    PAST_TTL_MS: pastTtlMs,
  };
  const chunk = readChunk(new URL("./chunks/schedule.lua", import.meta.url), constants);
  return { ...place, constants, prelude: `${place.prelude}\n${chunk}\n` };
}
