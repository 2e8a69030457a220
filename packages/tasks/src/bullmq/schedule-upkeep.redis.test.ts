import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, expect, test, vi } from "vitest";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import type { ScheduleId } from "../ids-from-outside.ts";
import type { ScheduleRequest } from "../schedule.ts";
import { type FiringReport, fireDue, type FireParts } from "../schedules/fire-due.ts";
import { schedulePlace, scheduleScripts } from "../schedules/schedule-scripts.ts";
import { timeZoneVersion } from "../schedules/timing.ts";
import { createTaskPolicy } from "../task-policy.ts";
import type { RunAttempt } from "../task-worker.ts";
import { createTaskEncoder } from "./encode-task.ts";
import { groupPlace } from "./groups/group-place.ts";
import { useTasks } from "./testing/task-fixture.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { checkSettings } from "@switchyard/runtime/load-settings";

/** What keeps schedules in order while nothing of theirs is due. */

const { queue, redis, startWorker } = useTasks();
const schedules = () => queue().schedules;
const task = { handler: "test" };
const past = Date.UTC(2020, 0, 1);
const keys = createTaskKeys("test");
const succeed: RunAttempt = () => Promise.resolve({ kind: "succeeded", result: null });
const fail: RunAttempt = () => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true });
afterEach(() => vi.restoreAllMocks());

const finished = (id: string) =>
  eventually(async () => expect(await schedules().get(id)).toMatchObject({ state: "finished", nextAtMs: null }));

test("what is finished is forgotten after a day with all of its keys, also when a request has finished it", async () => {
  const worker = await startWorker(succeed);
  await schedules().put("s", { atMs: past, task });
  await finished("s");
  await worker.close();
  // Its time has passed, and it has run: other words finish it again.
  await schedules().put("s", { atMs: past, task: { handler: "other" } });
  expect(await schedules().get("s")).toMatchObject({ state: "finished", revision: 2 });
  const dayMs = 86_400_000;
  const forgottenMs = Number(await redis().zscore(keys.schedulesFinished, "s"));
  expect(Math.abs(forgottenMs - Date.now() - dayMs)).toBeLessThan(10_000);
  await redis().zadd(keys.schedulesFinished, Date.now() - 1, "s");
  await startWorker(succeed);
  await eventually(async () => expect(await schedules().get("s")).toBeUndefined());
  const left = [`${keys.schedulePastPrefix}s`, keys.schedulesTimeZones];
  expect((await redis().keys("*schedule*")).toSorted()).toEqual(left);
  await schedules().put("s", { atMs: past, task });
  expect(await schedules().remove("s")).toBe(true);
  expect(await redis().keys("*schedule*")).toEqual([keys.schedulesTimeZones]);
});

test.each([
  ["a one-shot", { atMs: past }, { atMs: past + 1 }],
  ["one that has run as often as it may", { everyMs: 1_000, maxRuns: 1 }, { everyMs: 2_000, maxRuns: 1 }],
])(
  "%s that is put again after it was forgotten has run for thirty days; of another time it runs",
  async (_, when, other) => {
    await startWorker(succeed);
    await schedules().put("s", { ...when, task });
    await finished("s");
    await redis().zadd(keys.schedulesFinished, Date.now() - 1, "s");
    // A look at what is due forgets it, and who puts another one may look at once.
    await schedules().put("next", { atMs: past, task });
    await eventually(async () => expect(await schedules().get("s")).toBeUndefined());
    const pastKey = `${keys.schedulePastPrefix}s`;
    expect(Math.round((await redis().pttl(pastKey)) / 86_400_000)).toBe(29);
    expect(await schedules().put("s", { ...when, task: { handler: "other" } })).toMatchObject({
      verdict: "created",
      schedule: { state: "finished", nextAtMs: null, recent: [], counts: { fired: 1 } },
    });
    expect(await redis().exists(pastKey)).toBe(0);
    await schedules().put("s", { ...other, ...("maxRuns" in other && { maxRuns: 2 }), task });
    await eventually(async () => expect((await schedules().get("s"))?.counts.fired).toBe(2), { timeoutMs: 10_000 });
  },
);

test("one that has finished goes on when it is given another time or more runs, and is not forgotten then", async () => {
  await startWorker(succeed);
  await schedules().put("s", { everyMs: 1_000, task, maxRuns: 1 });
  await eventually(async () => expect((await schedules().get("s"))?.state).toBe("finished"), { timeoutMs: 10_000 });
  expect((await schedules().put("s", { everyMs: 60_000, task, maxRuns: 1 })).verdict).toBe("updated");
  expect(await schedules().get("s")).toMatchObject({ state: "finished", upcomingMs: [] });
  await schedules().put("s", { everyMs: 60_000, task, maxRuns: 2 });
  expect(await schedules().get("s")).toMatchObject({ state: "active", counts: { fired: 1 } });
  expect(await redis().exists(keys.schedulesFinished)).toBe(0);
});

test.each(["active", "paused"])(
  "one that has fired and is made a one-shot of the past while %s runs, once",
  async (state) => {
    await startWorker(succeed);
    const fired = async () => (await schedules().get("s"))?.counts.fired ?? 0;
    await schedules().put("s", { everyMs: 1_000, task, overlap: "allow" });
    await eventually(async () => expect(await fired()).toBeGreaterThan(0), { timeoutMs: 10_000 });
    await schedules().pause("s");
    if (state === "active") await schedules().resume("s");
    await schedules().put("s", { atMs: past, task, overlap: "allow" });
    if (state === "paused") await schedules().resume("s");
    await finished("s");
    expect((await schedules().get("s"))?.recent.filter(({ tickMs }) => tickMs === past)).toHaveLength(1);
    await schedules().put("s", { atMs: past, task: { handler: "other" } });
    expect(await schedules().get("s")).toMatchObject({ state: "finished" });
  },
);

test("one that a person has triggered as often as it may run does not run once more", async () => {
  await startWorker(succeed);
  await schedules().put("s", { everyMs: 1_000, task, maxRuns: 2, overlap: "allow" });
  await schedules().trigger("s");
  await schedules().trigger("s");
  await eventually(async () => expect((await schedules().get("s"))?.state).toBe("finished"), { timeoutMs: 10_000 });
  expect((await schedules().get("s"))?.counts.fired).toBe(2);
});

test.each([
  "{",
  "7",
  "{}",
  '{"timing":{"kind":"cron","cron":"* * * * *","timeZone":"Mars/Base","startAtMs":0,"endAtMs":0}}',
])("stored as %s it is listed and looked at without its words, and put again it is mended", async (spec) => {
  await schedules().put("a", { cron: "0 9 * * *", task });
  await schedules().put("b", { cron: "0 9 * * *", task });
  await redis().hset(`${keys.schedulePrefix}a`, { spec, tick: "soon", createdMs: "1.7e+15" });
  const { items } = await schedules().list({});
  expect(items.map((one) => [one.id, one.spec === null])).toEqual([
    ["a", true],
    ["b", false],
  ]);
  expect(await schedules().get("a")).toMatchObject({ spec: null, upcomingMs: [], warnings: [], createdAtMs: 0 });
  for (const act of [schedules().trigger("a"), schedules().backfill("a", { fromMs: past, toMs: past })])
    await expect(act).rejects.toThrow("cannot be read; put it again");
  expect(await schedules().pause("a")).toMatchObject({ state: "paused" });
  await expect(schedules().resume("a")).rejects.toThrow("cannot be read; put it again");
  await schedules().put("a", { cron: "0 8 * * *", task });
  expect(await schedules().resume("a")).toMatchObject({ state: "active", spec: { timing: { cron: "0 8 * * *" } } });
});

test("a pause is told with since when and by whom: another note keeps since when, and one that goes on has none", async () => {
  await schedules().put("s", { cron: "0 9 * * *", task });
  expect(await schedules().get("s")).toMatchObject({ pausedAtMs: null, pausedBy: null });
  const paused = await schedules().pause("s", "a holiday", "ann");
  expect(paused).toMatchObject({ pausedAtMs: expect.any(Number), pausedBy: "ann" });
  await redis().hset(`${keys.schedulePrefix}s`, "pausedMs", String(past));
  expect(await schedules().pause("s", "still", "cat")).toMatchObject({ pausedAtMs: past, pausedBy: "cat" });
  expect(await schedules().resume("s")).toMatchObject({ state: "active", pausedAtMs: null, pausedBy: null });
  const again = await schedules().pause("s", "a holiday", "ben");
  expect(again).toMatchObject({ pausedBy: "ben" });
  expect(again?.pausedAtMs).toBeGreaterThanOrEqual(paused?.pausedAtMs ?? Infinity);
});

test("when the rules of time zones are newer than those a tick was reckoned by, it is reckoned again; older ones move nothing", async () => {
  const dueKey = keys.schedulesDue;
  await schedules().put("s", { cron: "0 9 * * *", timeZone: "Europe/Berlin", task });
  await schedules().put("paused", { cron: "0 9 * * *", task });
  await schedules().pause("paused");
  const right = Number(await redis().zscore(dueKey, "s"));
  const wrong = right + 3_600_000;
  const misplace = async () => {
    await redis().hset(`${keys.schedulePrefix}s`, "tick", String(wrong));
    await redis().zadd(dueKey, wrong, "s");
  };
  expect(await redis().get(keys.schedulesTimeZones)).toBe(timeZoneVersion);
  await misplace();
  // A later one than this process has.
  await redis().set(keys.schedulesTimeZones, "2999a");
  const looks: number[] = [];
  const worker = await startWorker(succeed, { onSchedules: ({ active }) => looks.push(active) });
  await eventually(() => expect(looks).not.toEqual([]));
  await worker.close();
  expect(Number(await redis().zscore(dueKey, "s"))).toBe(wrong);
  // Somebody who died over it has left their own note.
  await redis().set(keys.schedulesTimeZones, "2001a 0123456789ab");
  await startWorker(succeed);
  await eventually(async () => expect(await redis().get(keys.schedulesTimeZones)).toBe(timeZoneVersion));
  expect(Number(await redis().zscore(dueKey, "s"))).toBe(right);
  expect(await schedules().get("paused")).toMatchObject({ state: "paused", nextAtMs: null });
  // Whoever writes a tick by older rules says so.
  await redis().set(keys.schedulesTimeZones, "2999a");
  await schedules().put("s", { cron: "0 10 * * *", task });
  expect(await redis().get(keys.schedulesTimeZones)).toBe(timeZoneVersion);
});

test("its newest task is told with its tick and its status, and failures and the pause they lead to are reported", async () => {
  const reports: FiringReport[] = [];
  await startWorker(fail, { onFired: (report) => reports.push(report) });
  await schedules().put("s", { everyMs: 1_000, task, pauseAfter: 2 });
  await eventually(async () => expect((await schedules().get("s"))?.state).toBe("paused"), { timeoutMs: 10_000 });
  const { last, recent = [] } = (await schedules().get("s")) ?? {};
  expect(last).toEqual({ tickMs: recent[0]?.tickMs, taskId: recent[0]?.taskId, status: "failed" });
  await eventually(() => expect(reports.map(({ outcome }) => outcome)).toEqual(["fired", "fired", "paused"]));
  expect(reports.map(({ failed }) => failed)).toEqual([null, recent[1]?.taskId, recent[0]?.taskId]);
  expect(reports[2]?.note).toBe("its last 2 tasks have failed (pauseAfter)");
  expect(new Set(reports.map(({ atUs }) => atUs)).size).toBe(3);
});

/** As a worker does it that has looked and whose command is on its way. */
async function lateCommand(id: string, lookedMs: number): Promise<FiringReport[]> {
  const reports: FiringReport[] = [];
  const settings = checkSettings({});
  const parts: FireParts = {
    place: schedulePlace(groupPlace(redis(), keys, recordPrelude(keys, undefined)), keys),
    policy: createTaskPolicy(settings.tasks, settings.handlers),
    encode: createTaskEncoder(keys),
    logger: createLogger({ app: "test", level: "silent" }),
    onFired: (report) => reports.push(report),
  };
  const names = ["rev", "inc", "tick", "lastTick", "spec"];
  const fields = await redis().hmget(`${keys.schedulePrefix}${id}`, ...names);
  await fireDue({ id: id as ScheduleId, dueMs: past, fields, nowMs: lookedMs }, parts);
  return reports;
}

test("a command that was held up for longer than a tick may be late fires nothing, nor does one with a stale revision pause it", async () => {
  await schedules().put("s", { atMs: past, task });
  expect(await lateCommand("s", Date.now() - 3_000)).toEqual([]);
  expect(await schedules().get("s")).toMatchObject({ state: "active", counts: { fired: 0 } });
  expect(await lateCommand("s", Date.now())).toMatchObject([{ outcome: "fired" }]);
});

test("a worker that gets what it asked for late, because tasks hold its event loop, fires all the same", async () => {
  const { listDue } = scheduleScripts;
  const ask = listDue.run.bind(listDue);
  vi.spyOn(listDue, "run").mockImplementation(async (...asked) => {
    const answer = await ask(...asked);
    await sleep(1_500);
    return answer;
  });
  await schedules().put("s", { atMs: past, task });
  await startWorker(succeed);
  await finished("s");
  expect(await schedules().get("s")).toMatchObject({ counts: { fired: 1 } });
});

const rarely = { cron: "0 0 1 1 *", task };

test("what is asked for by hand and cannot be done is refused by its field, and a skipped run is not in the log", async () => {
  const id = "s";
  await schedules().put(id, rarely);
  const refused = (field: string, problem: string) =>
    expect.objectContaining({ field, publicMessage: expect.stringContaining(problem) });
  const [past, ahead] = [Date.now() - 60_000, Date.now() + 10 * 60_000];
  await expect(schedules().backfill(id, { from: past, to: ahead })).rejects.toEqual(refused("to", "must not be ahead"));
  await expect(schedules().backfill(id, { from: ahead, to: past })).rejects.toEqual(refused("to", "before from"));
  await expect(schedules().trigger(id, "both" as "skip")).rejects.toEqual(refused("overlap", "must be one of"));
  for (const name of [".", "..", "a/b", "", "x".repeat(129)])
    await expect(schedules().put(name, rarely)).rejects.toEqual(refused("id", "must be 1 to 128"));
  expect(await schedules().trigger(id)).toMatchObject({ outcome: "fired" });
  expect(await schedules().trigger(id)).toMatchObject({ outcome: "skipped" });
  expect(((await schedules().get(id))?.recent ?? []).map(({ outcome }) => outcome)).toEqual(["triggered"]);
});

test("tasks of a schedule that wait for each other have a lane of their own, unless they have a group", async () => {
  const groupOf = async (name: string, request: Partial<ScheduleRequest>) => {
    await schedules().put(name, { ...rarely, overlap: "queue", ...request });
    const { taskId } = (await schedules().trigger(name)) ?? {};
    return (await queue().find(taskId ?? ""))?.group;
  };
  expect(await groupOf("own", {})).toBe("schedule:own");
  expect(await groupOf("x".repeat(128), {})).toBe("x".repeat(128));
  expect(await groupOf("given", { task: { handler: "test", group: "g" } })).toBe("g");
  expect(await groupOf("none", { overlap: "skip" })).toBe("");
});
