import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import { openDashboardQueue } from "../bullmq/dashboard-queue.ts";
import { useTasks } from "../bullmq/testing/task-fixture.ts";
import type { RunAttempt } from "../task-worker.ts";

const { queue, redis, url, startWorker, settled } = useTasks();

const key = (id: string) => `{test:tasks}:attempts:${id}`;
const attemptsOf = async (id: string) => (await queue().course(id))?.attempts;
const enqueue = async (request = {}) =>
  (await queue().enqueue({ handler: "test", attempts: 3, backoff: { kind: "fixed", delayMs: 0 }, ...request })).task.id;

/** Fails with what it says, until its attempt is the one that its data names. */
const failsUntil: RunAttempt = async ({ task, number, log }) => {
  log(`looking for the ${number}. time`);
  if (number === task.data) return { kind: "succeeded", result: number };
  const stack = `Error: no disk\n    at node:fs:1:1\n    at open (/app/node_modules/x/y.js:1:1)\n    at save (file:///app/save.ts:12:7)\n    at later (/app/main.ts:1:1)`;
  return { kind: "failed", code: "handler_failed", message: `no disk ${number}`, final: false, detail: { stack } };
};

test("a task that succeeds at once leaves nothing but its record, which tells of its attempt", async () => {
  const id = await enqueue({ data: 1 });
  await startWorker(failsUntil);
  const { startedAtMs, finishedAtMs } = await settled(id);
  expect(await redis().exists(key(id))).toBe(0);
  const usual = { number: 1, outcome: "succeeded", worker: null, error: null, place: null, log: [], logDropped: 0 };
  expect(await attemptsOf(id)).toEqual([{ ...usual, startedAtMs, endedAtMs: finishedAtMs }]);
  expect(await attemptsOf("t_nobody")).toBeUndefined();
});

test("of one that failed before, each attempt is told with its worker, its times, why it failed, where, and what was said", async () => {
  const id = await enqueue({ data: 3 });
  await startWorker(failsUntil, { name: () => "worker-1" });
  const { finishedAtMs, startedAtMs } = await settled(id);
  const attempts = (await attemptsOf(id)) ?? [];
  const failed = (number: number) => ({
    number,
    outcome: "failed",
    worker: "worker-1",
    error: { code: "handler_failed", message: `no disk ${number}` },
    place: "save (/app/save.ts:12:7)",
    startedAtMs: expect.any(Number),
    endedAtMs: expect.any(Number),
    log: [{ afterMs: expect.any(Number), text: `looking for the ${number}. time` }],
    logDropped: 0,
  });
  const well = { ...failed(3), outcome: "succeeded", error: null, place: null, log: [], endedAtMs: finishedAtMs };
  expect(attempts).toEqual([failed(1), failed(2), well]);
  const times = attempts.flatMap((attempt) => [attempt.startedAtMs ?? 0, attempt.endedAtMs ?? 0]);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  // Two clocks have measured it.
  expect(Math.abs((times[0] ?? 0) - (startedAtMs ?? 0))).toBeLessThan(1_000);
  expect(await redis().pttl(key(id))).toBeLessThanOrEqual(86_400_000);
});

test("no more is kept than the settings say, of attempts and of what is said, and nothing of a handler where it is off", async () => {
  const handlers = {
    off: { kind: "module", module: "x", attempts_kept: 0 },
    mute: { kind: "module", module: "x", log_max_bytes: 0 },
  };
  const settings = checkSettings({ tasks: { lock_duration: "3s", attempts_kept: 4, log_max_bytes: 1_000 }, handlers });
  const says: RunAttempt = async (attempt) => {
    for (let line = 1; line <= 300; line += 1) attempt.log(`${line} ${"😀".repeat(5)}`);
    attempt.log("x".repeat(950));
    return failsUntil(attempt);
  };
  await startWorker(says, { settings: settings.tasks, handlers: settings.handlers });
  const [noisy, off, mute] = [
    await enqueue({ attempts: 6 }),
    await enqueue({ handler: "off", attempts: 2 }),
    await enqueue({ handler: "mute", attempts: 2 }),
  ];
  for (const id of [noisy, off, mute]) await settled(id);
  const attempts = (await attemptsOf(noisy)) ?? [];
  expect(attempts.map(({ number }) => number)).toEqual([3, 4, 5, 6]);
  for (const { log, logDropped } of attempts) {
    expect(Buffer.byteLength(log.map(({ text }) => text).join(""))).toBeLessThanOrEqual(1_000);
    expect(log.length + logDropped).toBe(302);
    expect(log.at(-1)?.text).toMatch(/^looking/);
  }
  expect(await redis().exists(key(off))).toBe(0);
  expect(await attemptsOf(off)).toMatchObject([{ number: 2, outcome: "failed", worker: null, log: [] }]);
  expect(await attemptsOf(mute)).toMatchObject([
    { log: [], logDropped: 0 },
    { log: [], logDropped: 0 },
  ]);
});

test("an attempt that runs is told, and so is one that was cancelled or handed back", async () => {
  const hangs: RunAttempt = async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { kind: "failed", code: "handler_failed", message: "aborted", final: false };
  };
  const id = await enqueue();
  const first = await startWorker(hangs, { name: () => "worker-1" });
  const runs = { number: 1, outcome: "running", endedAtMs: null, startedAtMs: expect.any(Number) };
  await eventually(async () => expect(await attemptsOf(id)).toMatchObject([runs]));
  await first.drain(0);
  await startWorker(hangs, { name: () => "worker-2" });
  const handedBack = { number: 1, outcome: "handed_back", worker: "worker-1" };
  await eventually(async () => expect(await attemptsOf(id)).toMatchObject([handedBack, runs]));
  await queue().cancel(id);
  const cancelled = { number: 1, outcome: "cancelled", worker: "worker-2" };
  await eventually(async () => expect(await attemptsOf(id)).toMatchObject([handedBack, cancelled]));
  expect(await redis().pttl(key(id))).toBeLessThanOrEqual(86_400_000);
});

test("a task that is cancelled between two attempts keeps its notes no longer than its record", async () => {
  const id = await enqueue({ backoff: { kind: "fixed", delayMs: 60_000 } });
  await startWorker(failsUntil);
  await eventually(async () => expect((await queue().find(id))?.status).toBe("retrying"));
  expect(await redis().pttl(key(id))).toBeGreaterThan(86_400_000);
  await queue().cancel(id);
  expect(await attemptsOf(id)).toMatchObject([{ number: 1, outcome: "failed" }]);
  expect(await redis().pttl(key(id))).toBeLessThanOrEqual(86_400_000);
});

test("who had a failed task run again or discarded is told between its attempts, by whom and why as far as it is known", async () => {
  const id = await enqueue({ attempts: 1, data: 9, group: "g" });
  const other = await enqueue({ attempts: 1, data: 9, group: "other" });
  await startWorker(failsUntil);
  await Promise.all([id, other].map(settled));
  await queue().retry(id, { by: "ann", reason: "the disk is back" });
  await settled(id);
  await queue().groups.redrive("g", { by: "bob" });
  await settled(id);
  const runner = queue().runBulkActs(() => undefined);
  await queue().bulkActs.begin({
    act: "retry",
    filter: { group: "other" },
    perSecond: 100,
    by: "carl",
    reason: "once more",
  });
  await eventually(async () => expect((await queue().course(other))?.attempts).toHaveLength(2));
  await settled(other);
  await queue().discard(other, { by: "carl", reason: "r".repeat(501) });
  await runner.close();

  const course = await queue().course(id);
  const retried = (by: string | null, reason: string | null) => ({
    act: "retry",
    askedAtMs: expect.any(Number),
    by,
    reason,
  });
  expect(course?.acts).toEqual([retried("ann", "the disk is back"), retried("bob", null)]);
  expect(course?.attempts.map(({ number }) => number)).toEqual([1, 1, 1]);
  const [first, second, third] = (course?.attempts ?? []).map(({ endedAtMs }) => endedAtMs ?? 0);
  const inOrder = [first, course?.acts[0]?.askedAtMs, second, course?.acts[1]?.askedAtMs, third];
  expect(inOrder).toEqual(inOrder.toSorted((a, b) => Number(a) - Number(b)));
  expect((await queue().course(other))?.acts).toMatchObject([
    retried("carl", "once more"),
    { act: "discard", by: "carl", reason: "r".repeat(500) },
  ]);
  const recordMs = await redis().pttl(`{test:tasks}:record:${other}`);
  expect(await redis().pttl(key(other))).toBeLessThanOrEqual(recordMs);
});

test("a retry by a stock client is told without a name, and so many acts push out the oldest", async () => {
  const id = await enqueue({ attempts: 1, data: 9 });
  await startWorker(failsUntil);
  await settled(id);
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  await (await board.queue.getJob(id))?.retry("failed");
  await board.close();
  await settled(id);
  expect((await queue().course(id))?.acts).toMatchObject([{ act: "retry", by: null, reason: null }]);
  await redis().lpush(key(id), ...Array.from({ length: 120 }, () => '1 {"act":"retry"}'));
  await queue().discard(id);
  expect((await queue().course(id))?.acts).toHaveLength(100);
});
