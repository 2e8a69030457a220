import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { openDashboardQueue } from "./dashboard-queue.ts";
import { useTasks } from "./testing/task-fixture.ts";
import type { RunAttempt } from "../task-worker.ts";

/** What is due is decided by Redis' clock. Only `Date` is set wrong here, for everything of ours in this process. */

const { queue, redis, url, startWorker, settled, queuePrefix } = useTasks();
const tenMinutesMs = 600_000;
const setClocksWrong = (byMs: number) => {
  const { now } = Date;
  vi.spyOn(Date, "now").mockImplementation(() => now() + byMs);
};
const redisNowMs = async () => {
  const [seconds, microseconds] = await redis().time();
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
};
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** When each attempt began, by Redis. */
function clockRuns() {
  const startsMs: number[] = [];
  const run: RunAttempt = async () => {
    startsMs.push(await redisNowMs());
    return startsMs.length === 1
      ? { kind: "failed", code: "handler_failed", message: "no", final: false }
      : { kind: "succeeded", result: null };
  };
  return { startsMs, run };
}

test.each([tenMinutesMs, -tenMinutesMs])(
  "a delay, and the wait between two attempts, last as long as they were asked for with clocks that are %i ms wrong",
  async (wrongMs) => {
    const { task } = await queue().enqueue({
      handler: "test",
      delayMs: 1_000,
      backoff: { kind: "fixed", delayMs: 800 },
      attempts: 2,
    });
    const enqueuedMs = await redisNowMs();
    setClocksWrong(wrongMs);
    const { startsMs, run } = clockRuns();
    await startWorker(run);
    expect(await settled(task.id)).toMatchObject({ status: "succeeded", attempt: 2 });
    const [first = 0, second = 0] = startsMs;
    expect(first - enqueuedMs).toBeGreaterThan(950);
    expect(first - enqueuedMs).toBeLessThan(3_000);
    expect(second - first).toBeGreaterThanOrEqual(799);
    expect(second - first).toBeLessThan(3_000);
  },
);

test.each([tenMinutesMs, -tenMinutesMs])(
  "a task is due at the time asked for, whatever the clock of the api says: %i ms wrong",
  async (wrongMs) => {
    setClocksWrong(wrongMs);
    const { startsMs, run } = clockRuns();
    await startWorker(run);
    const dueAtMs = (await redisNowMs()) + 1_200;
    const late = await queue().enqueue({ handler: "test", group: "late", runAt: dueAtMs, attempts: 1 });
    const past = await queue().enqueue({
      handler: "test",
      group: "past",
      runAt: (await redisNowMs()) - 5,
      attempts: 1,
    });
    await settled(past.task.id);
    expect(startsMs[0]).toBeLessThan(dueAtMs);
    await settled(late.task.id);
    expect(startsMs[1]).toBeGreaterThanOrEqual(dueAtMs);
    expect((startsMs[1] ?? Infinity) - dueAtMs).toBeLessThan(2_000);
  },
);

test("another delay set on the dashboard counts from now by Redis' clock", async () => {
  const { task } = await queue().enqueue({ handler: "test", delayMs: 100_000 });
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  open.push(board);
  setClocksWrong(tenMinutesMs);
  await (await board.queue.getJob(task.id))?.changeDelay(5_000);
  const dueMs = Math.floor(Number(await redis().zscore(`${queuePrefix}delayed`, task.id)) / 0x1000);
  expect(Math.abs(dueMs - (await redisNowMs()) - 5_000)).toBeLessThan(1_000);
});

test.each([tenMinutesMs, -tenMinutesMs])(
  "when a task began and ended is told by Redis' clock, in its record and in its job, by a worker whose clock is %i ms wrong",
  async (wrongMs) => {
    setClocksWrong(wrongMs);
    await startWorker(() => Promise.resolve({ kind: "succeeded", result: null }));
    const { task } = await queue().enqueue({ handler: "test" });
    const { startedAtMs, finishedAtMs } = await settled(task.id);
    const ofJob = await redis().hmget(`${queuePrefix}${task.id}`, "processedOn", "finishedOn");
    for (const timeMs of [startedAtMs, finishedAtMs, ...ofJob])
      expect(Math.abs(Number(timeMs) - (await redisNowMs()))).toBeLessThan(60_000);
  },
);

test("a worker whose clock is slow keeps its tasks", async () => {
  setClocksWrong(-tenMinutesMs);
  const attempts: number[] = [];
  await startWorker(async ({ number }) => {
    attempts.push(number);
    // Longer than a lock lasts.
    await sleep(4_500);
    return { kind: "succeeded", result: null };
  });
  const { task } = await queue().enqueue({ handler: "test" });
  expect(await settled(task.id)).toMatchObject({ status: "succeeded" });
  expect(attempts).toEqual([1]);
});
