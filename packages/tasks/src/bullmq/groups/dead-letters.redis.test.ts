import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, expect, test } from "vitest";
import { openDashboardQueue } from "../dashboard-queue.ts";
import type { RunAttempt } from "../../task-worker.ts";
import { useTasks } from "../testing/task-fixture.ts";
import { deadLettersMax } from "./group-constants.ts";

const { queue, redis, url, startWorker, settled, queuePrefix } = useTasks();
const fail: RunAttempt = () => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true });
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((board) => board.close()));
});
const enqueue = async (group: string, options: object = {}) =>
  (await queue().enqueue({ handler: "test", group, ...options })).task.id;

test(
  "6 000 tasks that fail in one group are 6 000 dead letters, and cost no other group one",
  { timeout: 60_000 },
  async () => {
    await startWorker(fail);
    const other = await enqueue("other");
    await settled(other);
    for (let batch = 0; batch < 6; batch++) {
      await queue().enqueueMany(Array.from({ length: 1_000 }, () => ({ handler: "test", group: "g" })));
    }
    await eventually(async () => expect((await queue().groups.get("g")).deadLetters).toBe(6_000), {
      timeoutMs: 50_000,
    });
    expect(await redis().zcard(`${queuePrefix}failed`)).toBe(6_001);
    expect((await queue().groups.deadLetters("other", {})).items.map(({ id }) => id)).toEqual([other]);
  },
);

test("a group that has more than are kept loses its oldest, jobs included, and that is counted", async () => {
  const dropped: number[] = [];
  await startWorker(fail, { onLettersDropped: (count) => dropped.push(count) });
  const oldest = await enqueue("g");
  await settled(oldest);
  // As if so many had failed since; from the next millisecond on, as the oldest may have failed in this one.
  const sinceUs = (Date.now() + 1) * 1_000;
  const later = Array.from({ length: deadLettersMax - 1 }, (_, index) => [sinceUs + index, `id-${index}`]);
  await redis().zadd(`${queuePrefix}g:d:g`, ...later.flat());
  const kept = await enqueue("other");
  await settled(await enqueue("g"));
  await settled(kept);
  await eventually(() => expect(dropped).toEqual([1]));
  expect(await redis().zcard(`${queuePrefix}g:d:g`)).toBe(deadLettersMax);
  expect(await redis().exists(`${queuePrefix}${oldest}`)).toBe(0);
  expect(await redis().zscore(`${queuePrefix}failed`, oldest)).toBeNull();
  expect(await queue().retry(oldest)).toMatchObject({ verdict: "gone" });
  expect(await queue().retry(kept)).toMatchObject({ verdict: "queued" });
});

test("tasks redriven one by one, as a group or all at once have all their attempts again", async () => {
  let isBroken = true;
  await startWorker(() =>
    isBroken ? Promise.reject(new Error("no")) : Promise.resolve({ kind: "succeeded", result: null }),
  );
  const ids = [
    await enqueue("a", { attempts: 2 }),
    await enqueue("b", { attempts: 2 }),
    await enqueue("c", { attempts: 2 }),
  ];
  for (const id of ids) expect(await settled(id)).toMatchObject({ status: "failed", attempt: 2 });
  isBroken = false;
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  open.push(board);
  await queue().retry(ids[0] ?? "");
  await queue().groups.redrive("b");
  await board.queue.retryJobs({ state: "failed" });
  for (const id of ids) expect(await settled(id)).toMatchObject({ status: "succeeded", attempt: 1 });
});
