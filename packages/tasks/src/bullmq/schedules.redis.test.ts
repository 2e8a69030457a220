import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, expect, test, vi } from "vitest";
import type { TickNote } from "../schedule.ts";
import { overlapPolicies } from "../schedule-spec.ts";
import type { FiringReport } from "../schedules/fire-due.ts";
import type { RunAttempt } from "../task-worker.ts";
import { useTasks } from "./testing/task-fixture.ts";

const { queue, redis, startWorker, queuePrefix } = useTasks();
const schedules = () => queue().schedules;
const task = { handler: "test" };
const minuteMs = 60_000;
afterEach(() => vi.restoreAllMocks());

/** What has run, by its note of the tick. */
function runLog(work: (note: TickNote) => Promise<void> = () => Promise.resolve()) {
  const notes: TickNote[] = [];
  const run: RunAttempt = async ({ task: { data } }) => {
    const note = (data as { schedule: TickNote }).schedule;
    notes.push(note);
    await work(note);
    return { kind: "succeeded", result: null };
  };
  return { notes, run };
}

/** As if no worker had looked since then: the schedule stands at its tick of that time. */
async function standAt(id: string, tickMs: number): Promise<void> {
  await redis().hset(`{test:tasks}:schedule:${id}`, "tick", String(tickMs));
  await redis().zadd("{test:tasks}:schedules:due", tickMs, id);
}

test("with three workers each tick is one task, which is told its tick, and the log has them", async () => {
  const { notes, run } = runLog();
  await Promise.all([startWorker(run), startWorker(run), startWorker(run)]);
  await schedules().put("s", { everyMs: 1_000, task: { ...task, data: { a: 1 } }, overlap: "allow" });
  await eventually(() => expect(notes.length).toBeGreaterThanOrEqual(3), { timeoutMs: 15_000 });
  await schedules().pause("s");
  const ticks = notes.map(({ tickMs }) => tickMs);
  expect(new Set(ticks).size).toBe(ticks.length);
  expect(ticks.every((tick) => tick % 1_000 === 0)).toBe(true);
  expect(notes[1]).toMatchObject({ id: "s", kind: "tick", missed: 0, previousTickMs: ticks[0] });
  const { recent, counts } = (await schedules().get("s")) ?? {};
  expect(counts?.fired).toBe(ticks.length);
  expect(recent?.map(({ tickMs }) => tickMs)).toEqual(ticks.toReversed());
});

test("the same request again changes nothing, other words keep the tick, and other times have another", async () => {
  const request = { cron: "0 9 * * *", timeZone: "Asia/Shanghai", task };
  const created = await schedules().put("s", request);
  expect(created).toMatchObject({ verdict: "created", schedule: { revision: 1, state: "active" } });
  expect(await schedules().put("s", request)).toMatchObject({ verdict: "unchanged", schedule: { revision: 1 } });
  const next = created.verdict === "created" && created.schedule.nextAtMs;
  const renamed = await schedules().put("s", { ...request, task: { handler: "other" } });
  expect(renamed).toMatchObject({ verdict: "updated", schedule: { revision: 2, nextAtMs: next } });
  const moved = await schedules().put("s", { ...request, cron: "0 10 * * *" });
  expect(moved.verdict === "updated" && moved.schedule.nextAtMs).not.toBe(next);
});

test("a revision that is not the newest replaces nothing", async () => {
  expect(await schedules().put("s", { everyMs: 5_000, task }, 3)).toEqual({ verdict: "conflict", revision: 0 });
  await schedules().put("s", { everyMs: 5_000, task });
  expect(await schedules().put("s", { everyMs: 6_000, task }, 2)).toEqual({ verdict: "conflict", revision: 1 });
  expect(await schedules().put("s", { everyMs: 6_000, task }, 1)).toMatchObject({ verdict: "updated" });
});

test("a hundred upserts at once under fire leave one due entry, and no tick is lost or comes twice", async () => {
  const { notes, run } = runLog();
  await startWorker(run);
  const put = (n: number) => schedules().put("s", { everyMs: 1_000, overlap: "allow", task: { ...task, data: { n } } });
  await put(0);
  await Promise.all(Array.from({ length: 100 }, (_, index) => put(index % 7)));
  expect(await redis().zcard("{test:tasks}:schedules:due")).toBe(1);
  await eventually(() => expect(notes.length).toBeGreaterThanOrEqual(3), { timeoutMs: 15_000 });
  const ticks = notes.map(({ tickMs }) => tickMs);
  expect(ticks).toEqual(ticks.map((_, index) => (ticks[0] ?? 0) + index * 1_000));
});

test("removed and made again within a second it fires, under other ids", async () => {
  const { run } = runLog();
  await startWorker(run);
  const fire = async () => {
    await schedules().put("s", { atMs: Date.UTC(2020, 0, 1), task });
    return eventually(async () => {
      const [entry] = (await schedules().get("s"))?.recent ?? [];
      expect(entry).toMatchObject({ outcome: "fired", tickMs: Date.UTC(2020, 0, 1) });
      return entry?.taskId;
    });
  };
  const first = await fire();
  expect(await schedules().get("s")).toMatchObject({ state: "finished", nextAtMs: null, upcomingMs: [] });
  expect(await schedules().remove("s")).toBe(true);
  expect(await schedules().remove("s")).toBe(false);
  expect(await fire()).not.toBe(first);
});

test("after ten minutes without workers: run_once runs one, run_all each, skip none, and the rest is counted", async () => {
  const { notes, run } = runLog();
  const since = Math.floor(Date.now() / minuteMs - 10) * minuteMs;
  for (const missed of ["run_once", "run_all", "skip"] as const) {
    await schedules().put(missed, { cron: "* * * * *", task, overlap: "queue", missed });
    await standAt(missed, since);
  }
  const reports: FiringReport[] = [];
  await startWorker(run, { onFired: (report) => reports.push(report) });
  const late = await eventually(
    async () => {
      const all = await Promise.all(["run_once", "run_all", "skip"].map((id) => schedules().get(id)));
      for (const one of all) expect(one?.nextAtMs).toBeGreaterThan(Date.now());
      return all.map((one) => one?.counts);
    },
    { timeoutMs: 15_000 },
  );
  const of = (id: string) => notes.filter((note) => note.id === id).map(({ tickMs }) => tickMs);
  await eventually(() => expect(of("run_all").length).toBeGreaterThanOrEqual(10));
  // Eleven, if a minute has begun meanwhile.
  expect(of("run_all").slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, index) => since + index * minuteMs));
  expect(of("run_once")[0]).toBeGreaterThanOrEqual(since + 9 * minuteMs);
  expect(late[0]).toMatchObject({ missed: expect.toBeOneOf([9, 10]) });
  expect(late[1]).toMatchObject({ missed: 0 });
  expect(late[2]).toMatchObject({ missed: expect.toBeOneOf([10, 11]), fired: expect.toBeOneOf([0, 1]) });
  await eventually(() => expect(reports.some(({ missed }) => missed >= 9)).toBe(true));
});

test("while a run takes two and a half periods, each overlap policy does what it says", async () => {
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  const { notes, run } = runLog(async ({ id }) => {
    running.set(id, (running.get(id) ?? 0) + 1);
    most.set(id, Math.max(most.get(id) ?? 0, running.get(id) ?? 0));
    await sleep(2_500);
    running.set(id, (running.get(id) ?? 0) - 1);
  });
  await startWorker(run);
  // All at once, each by a schedule of its own.
  await Promise.all(
    overlapPolicies.map((overlap) => schedules().put(overlap, { everyMs: 1_000, task, overlap, maxRuns: 3 })),
  );
  const over = { state: "finished", running: [] };
  for (const id of overlapPolicies)
    await eventually(async () => expect(await schedules().get(id)).toMatchObject(over), { timeoutMs: 25_000 });
  const secondsOf = (id: string) => {
    const ticks = notes.filter((note) => note.id === id).map(({ tickMs }) => tickMs);
    return ticks.map((tick) => (tick - (ticks[0] ?? 0)) / 1_000);
  };
  expect(Object.fromEntries(overlapPolicies.map((id) => [id, secondsOf(id)]))).toEqual({
    skip: [0, 3, 6],
    allow: [0, 1, 2],
    queue: [0, 1, 2],
    buffer_one: [0, 1, 3],
    cancel_other: [0, 1, 2],
  });
  expect(Object.fromEntries(most)).toMatchObject({ skip: 1, allow: 3, queue: 1, buffer_one: 1 });
}, 40_000);

test("after so many failures in a row it pauses and says why, and resumed it goes on from now", async () => {
  await startWorker(() => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true }));
  await schedules().put("s", { everyMs: 1_000, task, pauseAfter: 2 });
  const paused = await eventually(
    async () => {
      const found = await schedules().get("s");
      expect(found).toMatchObject({
        state: "paused",
        nextAtMs: null,
        note: "its last 2 tasks have failed (pauseAfter)",
      });
      return found;
    },
    { timeoutMs: 15_000 },
  );
  expect(paused?.counts).toMatchObject({ fired: 2, failed: 2 });
  expect(paused?.upcomingMs).toHaveLength(10);
  const resumed = await schedules().resume("s");
  expect(resumed).toMatchObject({ state: "active", note: null, counts: { missed: 0 } });
}, 20_000);

test("a schedule that was paused for long has missed nothing when it is resumed", async () => {
  const { notes, run } = runLog();
  await schedules().put("s", { cron: "* * * * *", task, missed: "run_all" });
  expect(await schedules().pause("s", "a holiday")).toMatchObject({ state: "paused", note: "a holiday" });
  await redis().hset("{test:tasks}:schedule:s", "lastTick", String(Date.now() - 30 * 86_400_000));
  await startWorker(run);
  const { nextAtMs } = (await schedules().resume("s")) ?? {};
  expect(nextAtMs).toBeGreaterThan(Date.now() - 1_000);
  expect(notes).toEqual([]);
});

test("triggered it runs beside its ticks, also while it is paused, and by its overlap", async () => {
  const { notes, run } = runLog(() => sleep(500));
  await startWorker(run);
  await schedules().put("s", { cron: "0 0 1 1 *", task });
  await schedules().pause("s");
  const first = await schedules().trigger("s");
  expect(first).toMatchObject({ outcome: "fired", taskId: expect.stringMatching(/^t_/) });
  expect(await schedules().trigger("s")).toEqual({ outcome: "skipped", taskId: null });
  expect(await schedules().trigger("s", "allow")).toMatchObject({ outcome: "fired" });
  await eventually(() => expect(notes.map(({ kind }) => kind)).toEqual(["trigger", "trigger"]));
  expect(await schedules().trigger("nobody")).toBeUndefined();
});

test("a backfill runs the ticks of the past once each, and a dry one only names them", async () => {
  const { notes, run } = runLog();
  await startWorker(run);
  await schedules().put("s", { cron: "0 * * * *", timeZone: "UTC", task, overlap: "queue" });
  const span = { from: "2026-11-01T00:00:00Z", to: "2026-11-01T04:30:00Z" };
  const hours = [0, 1, 2, 3, 4].map((hour) => Date.UTC(2026, 10, 1, hour));
  expect(await schedules().backfill("s", { ...span, dryRun: true })).toMatchObject({ ticksMs: hours, fired: 0 });
  expect(await schedules().backfill("s", span)).toMatchObject({ ticksMs: hours, fired: 5, known: 0 });
  await eventually(() => expect(notes.map(({ tickMs }) => tickMs)).toEqual(hours));
  expect(await schedules().backfill("s", span)).toMatchObject({ fired: 0, known: 5 });
  await expect(schedules().backfill("s", { ...span, from: "2026-01-01T00:00:00Z" })).rejects.toThrow(
    "more than 1000 ticks",
  );
});

test("priority, group and numbers of a task are those of its request", async () => {
  const seen: string[] = [];
  await startWorker(async ({ task: { group }, dataJson }) => {
    seen.push(`${group} ${dataJson}`);
    return { kind: "succeeded", result: null };
  });
  const data = { n: 1 };
  await schedules().put("s", {
    atMs: Date.UTC(2020, 0, 1),
    task: { ...task, data, group: "g", priority: 7, user: "ann" },
  });
  const found = await eventually(() => {
    expect(seen).toHaveLength(1);
    return seen[0] ?? "";
  });
  expect(found).toMatch(/^g \{"n":1,"schedule":\{"id":"s","kind":"tick","tickMs":1577836800000,/);
  const [entry] = (await schedules().get("s"))?.recent ?? [];
  expect(await queue().find(entry?.taskId ?? "")).toMatchObject({ group: "g", user: "ann", handler: "test" });
  expect(await redis().hget(`${queuePrefix}${entry?.taskId}`, "priority")).toBe("7");
});

test("a full group refuses a tick, which is logged, and the schedule goes on", async () => {
  await queue().groups.configure("g", { maxSize: 1, onFull: "reject" });
  await queue().groups.pause("g");
  await queue().enqueue({ handler: "test", group: "g" });
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: null }));
  await schedules().put("s", { everyMs: 1_000, task: { ...task, group: "g" } });
  await eventually(async () => expect((await schedules().get("s"))?.recent.length).toBeGreaterThanOrEqual(2), {
    timeoutMs: 15_000,
  });
  const { recent } = (await schedules().get("s")) ?? { recent: [] };
  expect(new Set(recent.map(({ outcome }) => outcome))).toEqual(new Set(["refused"]));
  expect((await schedules().get("s"))?.state).toBe("active");
});

test.each([2, -2])("a worker whose clock is %i minutes from Redis' fires nothing", async (minutes) => {
  const { notes, run } = runLog();
  const { now } = Date;
  vi.spyOn(Date, "now").mockImplementation(() => now() + minutes * minuteMs);
  await schedules().put("s", { everyMs: 1_000, task });
  await startWorker(run);
  await sleep(2_500);
  expect(notes).toEqual([]);
});

test("schedules that are far off cost a worker nothing: it looks once and sleeps", async () => {
  for (let index = 0; index < 20; index += 1) await schedules().put(`s${index}`, { cron: "0 0 1 1 *", task });
  const looks: number[] = [];
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: null }), {
    onSchedules: ({ active }) => looks.push(active),
  });
  await sleep(3_000);
  expect(looks.length).toBeLessThanOrEqual(3);
  expect(looks.at(-1)).toBe(20);
});

test("lists go by id over the pages", async () => {
  for (const id of ["c", "a", "e", "b", "d"]) await schedules().put(id, { cron: "0 0 1 1 *", task });
  const first = await schedules().list({ limit: 3 });
  expect(first.items.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  const second = await schedules().list({ limit: 3, cursor: first.cursor });
  expect(second.items.map(({ id }) => id)).toEqual(["d", "e"]);
  expect(second.cursor).toBe("");
});

test("one that can no longer be enqueued or read is paused with the reason, and others go on", async () => {
  const { notes, run } = runLog();
  await schedules().put("good", { atMs: Date.UTC(2020, 0, 1), task });
  const spec = (await redis().hget("{test:tasks}:schedule:good", "spec")) ?? "";
  const stored = { unreadable: "{", refused: spec.replace('"handler":"test"', '"handler":""') };
  for (const [id, text] of Object.entries(stored)) {
    await schedules().put(id, { atMs: Date.UTC(2020, 0, 1), task });
    await redis().hset(`{test:tasks}:schedule:${id}`, "spec", text);
  }
  await startWorker(run);
  await eventually(() => expect(notes.map(({ id }) => id)).toEqual(["good"]));
  for (const [id, note] of [
    ["unreadable", "cannot be read"],
    ["refused", "cannot be enqueued"],
  ] as const) {
    const paused = { state: "paused", note: expect.stringContaining(note) };
    await eventually(async () => expect(await schedules().get(id)).toMatchObject(paused));
  }
});
