import { type ConnectionOptions, Queue } from "bullmq";
import { afterEach, expect, test } from "vitest";
import { useTasks } from "./testing/task-fixture.ts";

/** Another BullMQ client takes tasks out of the queue, and nothing of ours is asked or told. */

const { queue, redis, url, startWorker, settled } = useTasks();

const open: Queue[] = [];
const stockQueue = () => {
  const own = new Queue("tasks", { connection: { url: url() } as ConnectionOptions, prefix: "{test:tasks}" });
  open.push(own);
  return own;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((own) => own.close()));
});

const enqueue = (options: object = {}) => queue().enqueue({ handler: "test", data: 1, group: "g", ...options });
const remove = async (id: string) => (await stockQueue().getJob(id))?.remove();

test.each([0, 60_000])("a key whose task was removed enqueues again, once, with a delay of %d ms", async (delayMs) => {
  const request = { idempotencyKey: "order 7", delayMs };
  const { task: lost } = await enqueue(request);
  expect((await enqueue(request)).task.id).toBe(lost.id);
  await remove(lost.id);
  const replies = await Promise.all([enqueue(request), enqueue(request), enqueue(request)]);
  const ids = new Set(replies.map(({ task }) => task.id));
  expect([...ids]).toEqual([expect.not.stringMatching(lost.id)]);
  expect(replies.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  await expect(enqueue({ ...request, data: 2 })).rejects.toMatchObject({ code: "idempotency_conflict" });
});

test("a key whose task has ended enqueues nothing more, whether its record, its job or both are gone", async () => {
  let runs = 0;
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: (runs += 1) }));
  const request = { idempotencyKey: "order 8", resultTtlMs: 1_000 };
  const { task } = await enqueue(request);
  await settled(task.id);
  await remove(task.id);
  expect(await enqueue(request)).toMatchObject({ task: { id: task.id }, duplicate: true });
  await expect.poll(() => queue().find(task.id), { timeout: 5_000 }).toBeUndefined();
  expect(await enqueue(request)).toMatchObject({ task: { id: task.id }, duplicate: true });
  expect(runs).toBe(1);
});

test("whoever waits for a task that is removed is answered soon, and told that it is cancelled where anything is known of it", async () => {
  const [unwritten, written] = await Promise.all([enqueue(), enqueue()]);
  // As of one that has reported progress, or whose channel somebody watches.
  const record = JSON.stringify(await queue().find(unwritten.task.id)).replaceAll(unwritten.task.id, written.task.id);
  await redis().set(`{test:tasks}:record:${written.task.id}`, `${record}\n\n0 60000 `);
  const answers = Promise.all([unwritten, written].map(({ task }) => queue().waitForSettled(task.id, 30_000)));
  const began = performance.now();
  await stockQueue().drain();
  const [nothing, cancelled] = await answers;
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(nothing).toBeUndefined();
  expect(cancelled).toMatchObject({ status: "cancelled", error: { message: "removed from the queue" } });
});

test("a group whose tasks were drained has no oldest one, and no other age than that of a task", async () => {
  await Promise.all(Array.from({ length: 5 }, () => enqueue()));
  await stockQueue().drain();
  expect(await queue().groups.get("g")).toMatchObject({ oldest: null });
  const { task } = await enqueue();
  const { oldest } = await queue().groups.get("g");
  expect(oldest).toMatchObject({ id: task.id });
  expect(oldest?.enqueuedAtMs).toBeGreaterThan(Date.now() - 60_000);
});

test("a task that has succeeded is not told to wait or run when its record has expired", async () => {
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: 1 }));
  const { task } = await enqueue({ resultTtlMs: 1_000 });
  await settled(task.id);
  await expect.poll(() => queue().find(task.id), { timeout: 5_000 }).toBeUndefined();
  expect(await queue().retry(task.id)).toMatchObject({ verdict: "succeeded" });
  expect(await queue().groups.why(task.id)).toMatchObject({ state: "settled", status: "succeeded" });
});
