import { isExactNumber } from "@switchyard/protocol/exact-json";
import { acceptRequest } from "../accept-request.ts";
import type { TaskPolicy } from "../task-policy.ts";
import { TaskRejection } from "../task-rejection.ts";
import { checkCron, isTimeZone } from "./cron-text.ts";
import { isLocalTime, readLocalTime } from "./local-time.ts";
import type { ScheduleRequest } from "../schedule.ts";
import { missedPolicies, missedWindowsMs, overlapPolicies, type ScheduleSpec, type Timing } from "../schedule-spec.ts";
import { readEitherTime } from "./read-either-time.ts";
import { scheduledTask } from "./scheduled-task.ts";
import { tickAfter } from "./timing.ts";

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
/** As JSON. */
const specMaxBytes = 65_536;

/** @throws TaskRejection naming the first field that cannot be used. */
export function parseSchedule(request: ScheduleRequest, policy: TaskPolicy, nowMs: number): ScheduleSpec {
  const timing = parseTiming(request);
  if (timing.kind !== "once" && tickAfter(timing, nowMs) === undefined) {
    if (timing.endAtMs > 0) reject("endAt", "is over before the first tick");
    reject("startAt", "is after the last time that it names");
  }
  const { task, publish, notify } = request;
  const target = exactlyOne("task", { task, publish, notify }) as keyof typeof missedWindowsMs;
  const spec: ScheduleSpec = {
    timing,
    ...(task !== undefined && { task }),
    ...(publish !== undefined && { publish }),
    ...(notify !== undefined && { notify }),
    overlap: oneOf("overlap", request.overlap, overlapPolicies) ?? "skip",
    missed: oneOf("missed", request.missed, missedPolicies) ?? "run_once",
    missedWindowMs: whole("missedWindowMs", request.missedWindowMs, [1_000, yearMs]) ?? missedWindowsMs[target],
    jitterMs: whole("jitterMs", request.jitterMs, [0, 3_600_000]) ?? 0,
    maxRuns: whole("maxRuns", request.maxRuns, [0, 1_000_000_000]) ?? 0,
    pauseAfter: whole("pauseAfter", request.pauseAfter, [0, 1_000]) ?? 0,
  };
  // What comes a whole period late is the next tick. A pattern has no one period; of that `warnings` tell.
  if (timing.kind === "every" && spec.jitterMs > timing.everyMs)
    reject("jitterMs", "must not be more than everyMs: ticks would be late for the next ones, and missed");
  checkTarget(spec, { target, policy, nowMs });
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  if (bytes > specMaxBytes) reject(target, `the schedule is ${bytes} bytes as JSON, the bound is ${specMaxBytes}`);
  return spec;
}

type Field = keyof ScheduleRequest;

/** Of fields that say how, those that say nothing with each way to say when. To drop one without a word is to do something else. */
const meaningless = {
  cron: ["offsetMs", "fold"],
  everyMs: ["timeZone", "fold"],
  at: ["offsetMs", "startAt", "startAtMs", "endAt", "endAtMs", "missed", "missedWindowMs"],
} as const satisfies Record<string, readonly Field[]>;

const why: Readonly<Partial<Record<Field, string>>> = {
  timeZone: "; a period has no time of day",
  fold: "; it is of a local `at`",
  missed: "; a one-shot runs however late it is",
  missedWindowMs: "; a one-shot runs however late it is",
};

function refuseMeaningless(request: ScheduleRequest, kind: keyof typeof meaningless): void {
  const fields: readonly Field[] = meaningless[kind];
  const field = fields.find((name) => request[name] !== undefined);
  if (field !== undefined) reject(field, `has no meaning with ${kind}${why[field] ?? ""}; leave it out`);
}

function parseTiming(request: ScheduleRequest): Timing {
  const { cron, everyMs, at, atMs, timeZone = "UTC" } = request;
  const { startAt, startAtMs, endAt, endAtMs } = request;
  const bounds = {
    startAtMs: readEitherTime({ startAt, startAtMs }) ?? 0,
    endAtMs: readEitherTime({ endAt, endAtMs }) ?? 0,
  };
  if (bounds.endAtMs > 0 && bounds.endAtMs <= bounds.startAtMs) reject("endAt", "must be after startAt");
  const kind = exactlyOne("cron", { cron, everyMs, at, atMs });
  refuseMeaningless(request, kind === "cron" || kind === "everyMs" ? kind : "at");
  if (kind === "cron") {
    if (typeof cron !== "string") return reject("cron", "must be a text");
    checkCron(cron, timeZone);
    return { kind: "cron", cron: cron.trim().replaceAll(/\s+/g, " "), timeZone, ...bounds };
  }
  if (kind === "everyMs") {
    const period = whole("everyMs", everyMs, [1_000, yearMs]) ?? 0;
    const offsetMs = whole("offsetMs", request.offsetMs, [0, period - 1]) ?? 0;
    return { kind: "every", everyMs: period, offsetMs, ...bounds };
  }
  return { kind: "once", ...once(request), ...bounds };
}

/** With the zone it was said in, for its words. */
function once({ at, atMs, timeZone, fold }: ScheduleRequest): { atMs: number; timeZone?: string } {
  const which = oneOf("fold", fold, ["first", "second"] as const) ?? "first";
  if (typeof at !== "string" || !isLocalTime(at)) {
    const field = timeZone === undefined ? fold && "fold" : "timeZone";
    const ms = readEitherTime({ at, atMs }) ?? 0;
    if (field !== undefined) reject(field, "has no meaning with a time that says where it holds; leave it out");
    return { atMs: ms };
  }
  if (timeZone === undefined) return reject("timeZone", "is missing: `at` does not say where on earth it holds");
  if (!isTimeZone(timeZone)) reject("timeZone", "is not a time zone's name; write one as IANA does, `Europe/Berlin`");
  return { atMs: readLocalTime(at, timeZone, which), timeZone };
}

interface TargetCheck {
  readonly target: string;
  readonly policy: TaskPolicy;
  readonly nowMs: number;
}

function checkTarget(spec: ScheduleSpec, { target, policy, nowMs }: TargetCheck): void {
  const { data } = spec.task ?? {};
  const isObject = typeof data === "object" && data !== null && !Array.isArray(data) && !isExactNumber(data);
  if (data !== undefined && !isObject)
    reject("task.data", "must be an object or absent; its handler is told the tick in it");
  if (isObject && "schedule" in data)
    reject("task.data.schedule", "is where the handler is told the tick; choose another name");
  try {
    acceptRequest(scheduledTask(spec, "check"), policy, nowMs);
  } catch (error) {
    if (!(error instanceof TaskRejection)) throw error;
    const detail = error.publicMessage.slice(error.field.length + 2);
    throw new TaskRejection(error.code, `${target}.${error.field}`, detail);
  }
}

/** The name of the one that is there. */
function exactlyOne(field: string, fields: Readonly<Record<string, unknown>>): string {
  const [name, second] = Object.keys(fields).filter((one) => fields[one] !== undefined);
  const names = Object.keys(fields).map((one) => `\`${one}\``);
  if (name === undefined) return reject(field, `is missing: one of ${names.join(", ")} must be there`);
  if (second !== undefined) return reject(second, `cannot be combined with \`${name}\`; send one of them`);
  return name;
}

function whole(field: string, value: number | undefined, [min, max]: readonly [number, number]): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return value;
  return reject(field, `must be a whole number from ${min} to ${max}`);
}

function oneOf<T extends string>(field: string, value: string | undefined, all: readonly T[]): T | undefined {
  const found = all.find((one) => one === value);
  if (value === undefined || found !== undefined) return found;
  return reject(field, `must be one of ${all.map((one) => `\`${one}\``).join(", ")}`);
}

function reject(field: string, problem: string): never {
  throw new TaskRejection("field_invalid", field, problem);
}
