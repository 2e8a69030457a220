import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import { parseTaskId } from "../ids-from-outside.ts";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createRecordStore } from "../redis/record-store.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import type { ScheduleRequest } from "../schedule.ts";
import { parseScheduleId, type ScheduleId } from "../ids-from-outside.ts";
import { type DueSchedule, fireDue, type FiringReport } from "../schedules/fire-due.ts";
import { jitterOf } from "../schedules/plan-firing.ts";
import { noEntry } from "../schedules/schedule-entry.ts";
import { schedulePlace, scheduleScripts as scripts } from "../schedules/schedule-scripts.ts";
import { timeZoneVersion } from "../schedules/timing.ts";
import { createTaskPolicy } from "../task-policy.ts";
import { createTaskEncoder } from "./encode-task.ts";
import { groupPlace } from "./groups/group-place.ts";
import { useTasks } from "./testing/task-fixture.ts";

/** What one look at a schedule does, step by step: the test is the worker that looks, so nothing is waited for. */

const { queue, redis } = useTasks();
const schedules = () => queue().schedules;
const keys = createTaskKeys("test");
const place = () => schedulePlace(groupPlace(redis(), keys, recordPrelude(keys, undefined)), keys);
const policy = createTaskPolicy(checkSettings({}).tasks, {});
const minuteMs = 60_000;
const id = parseScheduleId("s");
/** Every tick that it stands at runs, however late it is looked at. */
const minutely = { cron: "* * * * *", missed: "run_all", task: { handler: "test" } } satisfies ScheduleRequest;
const thisMinute = Math.floor(Date.now() / minuteMs) * minuteMs;
const minutesAgo = (count: number) => thisMinute - count * minuteMs;

/** As if no worker had looked since then. */
async function standAt(tickMs: number, dueMs = tickMs): Promise<void> {
  await redis().hset(`${keys.schedulePrefix}${id}`, "tick", String(tickMs));
  await redis().zadd(keys.schedulesDue, dueMs, id);
}

/** What is due, as a worker is told it. */
async function seen(): Promise<DueSchedule[]> {
  const [now, , , , , , flat] = await scripts.listDue.run(place(), { limit: 50 });
  if (flat.length === 0) return [];
  const [schedule, dueMs, fields] = flat as [ScheduleId, string, readonly (string | null)[]];
  return [{ id: schedule, dueMs: Number(dueMs), fields, nowMs: Number(now) }];
}

async function fire(due: DueSchedule | undefined): Promise<FiringReport | undefined> {
  if (due === undefined) throw new Error("nothing is due");
  const reports: FiringReport[] = [];
  await fireDue(due, {
    place: place(),
    policy,
    encode: createTaskEncoder(keys),
    logger: createLogger({ app: "test", level: "silent" }),
    onFired: (report) => void reports.push(report),
  });
  return reports[0];
}

/** Looks once more where the machine took so long that what was seen is too old. */
async function fireSeen(): Promise<FiringReport> {
  return eventually(async () => {
    const report = await fire((await seen())[0]);
    if (report === undefined) throw new Error("it was too late to fire");
    return report;
  });
}

async function fireAt(tickMs: number): Promise<FiringReport> {
  await standAt(tickMs);
  return fireSeen();
}

const stored = async () => (await schedules().get(id)) ?? expect.unreachable("it is there");

test("what a worker saw fires nothing once another has fired it, it was changed, or it is not due yet", async () => {
  await schedules().put(id, { ...minutely, overlap: "allow" });
  await standAt(minutesAgo(5));
  const due = await eventually(async () => {
    const [one] = await seen();
    expect(await fire(one)).toMatchObject({ outcome: "fired", tickMs: minutesAgo(5) });
    return one;
  });
  const after = await stored();
  expect(await fire(due)).toBeUndefined();
  expect(await stored()).toEqual(after);

  const [next] = await seen();
  await schedules().put(id, { ...minutely, overlap: "allow", task: { handler: "other" } });
  expect(await fire(next)).toBeUndefined();

  const [last] = await seen();
  await redis().zadd(keys.schedulesDue, Date.now() + minuteMs, id);
  expect(await fire(last)).toBeUndefined();
  expect((await stored()).counts.fired).toBe(1);
});

test("a tick that Redis has forgotten is told as fired when it comes again, and is one task", async () => {
  await schedules().put(id, minutely);
  expect(await fireAt(minutesAgo(2))).toMatchObject({ outcome: "fired" });
  const [first] = (await stored()).recent;
  expect(await fireAt(minutesAgo(2))).toMatchObject({ outcome: "known" });
  const { recent, counts } = await stored();
  expect(recent.map(({ outcome, taskId }) => [outcome, taskId])).toEqual([
    ["fired", first?.taskId],
    ["fired", first?.taskId],
  ]);
  expect(counts.fired).toBe(1);
});

test("a tick that is passed over, as the task before it has not ended, is counted and has no task", async () => {
  await schedules().put(id, minutely);
  await fireAt(minutesAgo(3));
  expect(await fireAt(minutesAgo(2))).toMatchObject({ outcome: "skipped" });
  const { recent, counts } = await stored();
  expect(counts).toMatchObject({ fired: 1, skipped: 1 });
  expect(recent[0]).toMatchObject({ outcome: "skipped", tickMs: minutesAgo(2), taskId: null });
});

test("with cancel_other the task before it is cancelled and says why", async () => {
  await schedules().put(id, { ...minutely, overlap: "cancel_other" });
  await fireAt(minutesAgo(3));
  const [first] = (await stored()).recent;
  await fireAt(minutesAgo(2));
  expect(await queue().find(first?.taskId ?? "")).toMatchObject({
    status: "cancelled",
    error: { message: "its schedule has fired again" },
  });
  expect((await stored()).running).toHaveLength(1);
});

test("what was missed is in the log with its number, of which there are fifty entries", async () => {
  await schedules().put(id, { ...minutely, missed: "run_once", overlap: "allow" });
  const since = minutesAgo(10);
  const { tickMs } = await fireAt(since);
  const [fired, missed] = (await stored()).recent;
  expect(fired).toMatchObject({ outcome: "fired", tickMs });
  expect(missed).toMatchObject({ outcome: "missed", count: (tickMs - since) / minuteMs, tickMs });
  // Told beside the log, too, which has the ten newest outcomes and soon none of these.
  expect((await stored()).lately?.missed).toBe((tickMs - since) / minuteMs);
  const log = `${keys.scheduleLogPrefix}${id}`;
  await redis().rpush(log, ...Array<string>(48).fill("fired 1 1 1 t_1"));
  await fireAt(minutesAgo(1));
  expect(await redis().llen(log)).toBe(50);
});

test("a schedule is finished after as many runs as it says", async () => {
  await schedules().put(id, { ...minutely, maxRuns: 1 });
  await fireAt(minutesAgo(2));
  expect(await stored()).toMatchObject({ state: "finished", nextAtMs: null, upcomingMs: [] });
});

test("the version of time zones that is noted is the oldest by which any tick was reckoned", async () => {
  await redis().set(keys.schedulesTimeZones, "1970a");
  await schedules().put(id, minutely);
  expect(await redis().get(keys.schedulesTimeZones)).toBe("1970a");
  await redis().set(keys.schedulesTimeZones, "9999z");
  await schedules().put(id, { ...minutely, cron: "0 * * * *" });
  expect(await redis().get(keys.schedulesTimeZones)).toBe(timeZoneVersion);
});

test("one whose hash is gone, as after its day, is due no more and in no list", async () => {
  await schedules().put(id, minutely);
  await standAt(minutesAgo(2));
  await redis().del(`${keys.schedulePrefix}${id}`);
  expect(await seen()).toEqual([]);
  expect(await redis().zcard(keys.schedulesDue)).toBe(0);
  expect((await schedules().list({})).items).toEqual([]);
  expect(await redis().zcard(keys.schedulesAll)).toBe(0);
});

test("a tick that is put off is late from when it fires, and so is the next", async () => {
  const tick = minutesAgo(5);
  // Due between a second and a minute ago, so that no other tick is.
  const isBetween = (ms: number) => ms > 1_000 && ms < 50_000;
  let jitterMs = 300_000;
  while (!isBetween(Date.now() - tick - jitterOf(id, tick, jitterMs))) jitterMs += 1_000;
  await schedules().put(id, { ...minutely, missed: "run_once", jitterMs });
  await standAt(tick, tick + jitterOf(id, tick, jitterMs));
  expect(await fireSeen()).toMatchObject({ outcome: "fired", tickMs: tick, missed: 0 });
  const { nextAtMs } = await stored();
  expect(nextAtMs).toBe(tick + minuteMs + jitterOf(id, tick + minuteMs, jitterMs));
});

/** The task of the newest tick ends, as its worker would write it. */
async function endLast(status: "failed" | "succeeded"): Promise<void> {
  const { taskId } = (await stored()).recent.find((entry) => entry.taskId !== null) ?? {};
  const records = createRecordStore(redis(), keys, recordPrelude(keys, undefined));
  const error = status === "failed" ? ({ code: "handler_failed", message: "no" } as const) : null;
  expect(await records.change(parseTaskId(taskId ?? ""), "0", { status, error })).toMatchObject({ verdict: "changed" });
}

test("a task that has failed counts once, however many ticks come after it", async () => {
  await schedules().put(id, { ...minutely, pauseAfter: 2 });
  await fireAt(minutesAgo(9));
  await endLast("failed");
  await schedules().put(id, { ...minutely, missed: "skip", pauseAfter: 2 });
  for (const minute of [8, 7, 6]) {
    expect(await fireAt(minutesAgo(minute))).toMatchObject({ outcome: "missed" });
  }
  expect(await stored()).toMatchObject({ state: "active", counts: { fired: 1, failed: 1 } });
});

test("only failures in a row pause a schedule, and those before it was resumed do not count", async () => {
  await schedules().put(id, { ...minutely, pauseAfter: 2 });
  const run = async (minute: number, status: "failed" | "succeeded") => {
    const report = await fireAt(minutesAgo(minute));
    if (report.outcome === "fired") await endLast(status);
    return report.outcome;
  };
  expect(await run(9, "failed")).toBe("fired");
  expect(await run(8, "succeeded")).toBe("fired");
  expect(await run(7, "failed")).toBe("fired");
  expect(await run(6, "failed")).toBe("fired");
  await schedules().pause(id);
  await schedules().resume(id);
  expect(await run(5, "failed")).toBe("fired");
  expect(await run(4, "failed")).toBe("paused");
});

test("other times leave a paused schedule paused, and finish one whose runs are used up", async () => {
  await schedules().put(id, minutely);
  await schedules().pause(id);
  await schedules().put(id, { ...minutely, cron: "0 * * * *" });
  expect(await stored()).toMatchObject({ state: "paused", nextAtMs: null });

  await schedules().remove(id);
  await schedules().put(id, minutely);
  await fireAt(minutesAgo(2));
  await schedules().put(id, { ...minutely, cron: "0 * * * *", maxRuns: 1 });
  expect(await stored()).toMatchObject({ state: "finished", nextAtMs: null });
});

test("a request with other data keeps the tick, also one that is due and not fired", async () => {
  await schedules().put(id, minutely);
  await standAt(minutesAgo(3));
  await schedules().put(id, { ...minutely, task: { handler: "other" } });
  expect((await stored()).nextAtMs).toBe(minutesAgo(3));
});

test("what was removed leaves no log to one that is made again", async () => {
  await schedules().put(id, minutely);
  await fireAt(minutesAgo(2));
  expect((await stored()).recent).toHaveLength(1);
  await schedules().remove(id);
  await schedules().put(id, minutely);
  expect((await stored()).recent).toEqual([]);
});

test("a schedule is written and run only at the revision and behind the tick that were read, and within the bound", async () => {
  await schedules().put(id, minutely);
  await fireAt(minutesAgo(2));
  const put = (values: object) =>
    scripts.put.run(place(), {
      schedule: id,
      expected: 1,
      spec: "{}",
      keepsTick: 0,
      tick: minutesAgo(-1),
      due: minutesAgo(-1),
      incarnation: "i",
      limit: 1,
      channel: keys.schedulesChannel,
      tz: timeZoneVersion,
      lastTick: minutesAgo(2),
      forgetsLast: 0,
      pastTick: "",
      pastFired: "",
      ...values,
    });
  expect(await put({ lastTick: minutesAgo(3) })).toBe("stale");
  expect(await put({ lastTick: "" })).toBe("stale");
  expect(await put({ expected: 2 })).toBe("stale");
  expect(await put({ expected: "" })).toBe("stale");
  expect(await put({ schedule: "another", expected: "" })).toBe("full");
  expect(await put({})).toBe("updated");
  const run = { schedule: id, rev: 1, kind: "triggered", tick: 1, overlap: "allow", ...noEntry };
  expect(await scripts.run.run(place(), run)).toBe("stale");
  const moved = {
    schedule: id,
    rev: 2,
    tick: minutesAgo(2),
    next: minutesAgo(-2),
    due: minutesAgo(-2),
    tz: timeZoneVersion,
  };
  expect(await scripts.retime.run(place(), moved)).toBe(false);
});

test("one whose task is refused by now is paused and says why", async () => {
  await schedules().put(id, minutely);
  const key = `${keys.schedulePrefix}${id}`;
  await redis().hset(key, "spec", ((await redis().hget(key, "spec")) ?? "").replace('"test"', '"no name"'));
  expect(await fireAt(minutesAgo(1))).toMatchObject({ outcome: "paused" });
  const { state, note } = await stored();
  expect([state, note]).toEqual(["paused", expect.stringMatching(/^cannot be enqueued: .*handler: may contain/)]);
  expect(await seen()).toEqual([]);
});
