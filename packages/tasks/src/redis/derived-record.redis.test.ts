import { expect, test } from "vitest";
import { createGate, useTasks } from "../bullmq/testing/task-fixture.ts";

const { queue, redis, startWorker, settled, queuePrefix } = useTasks();
const recordKey = (id: string) => `{test:tasks}:record:${id}`;
const odd = `","status":"failed"\n7 7 http://x/ \u2028 %d(.-)\\`;
const enqueue = async (request = {}) =>
  (await queue().enqueue({ handler: "test", data: "one", group: "g", user: "u 1", ...request })).task.id;

test("a task that waits or runs for the first time has a record that nobody has written", async () => {
  const id = await enqueue({ attempts: 7 });
  const [seconds] = await redis().time();
  const queued = await queue().find(id);
  expect(queued).toEqual({
    id,
    handler: "test",
    group: "g",
    user: "u 1",
    status: "queued",
    percent: null,
    message: null,
    error: null,
    attempt: 0,
    attempts: 7,
    seq: 1,
    enqueuedAtMs: queued?.enqueuedAtMs,
    startedAtMs: null,
    finishedAtMs: null,
    result: null,
  });
  expect(Math.abs((queued?.enqueuedAtMs ?? 0) - Number(seconds) * 1_000)).toBeLessThan(5_000);
  const gate = createGate();
  await startWorker(gate.run);
  await expect.poll(gate.running).toEqual(["one"]);
  const running = await queue().find(id);
  expect(running).toEqual({ ...queued, status: "running", attempt: 1, seq: 2, startedAtMs: running?.startedAtMs });
  expect(await redis().exists(recordKey(id))).toBe(0);
  await gate.release("one");
  const record = await settled(id);
  expect(record).toMatchObject({ status: "succeeded", seq: 3, enqueuedAtMs: queued?.enqueuedAtMs, result: "one" });
  expect(record.startedAtMs).toBe(running?.startedAtMs);
});

test("whatever a user is called, it is told of the task", async () => {
  const id = await enqueue({ user: odd.replace("\n", " ") });
  expect(await queue().find(id)).toMatchObject({ user: odd.replace("\n", " "), status: "queued", seq: 1 });
});

test("a task that is started again goes on where its first start was", async () => {
  const id = await enqueue({ attempts: 1 });
  const gate = createGate();
  await startWorker(gate.run);
  await expect.poll(gate.running).toEqual(["one"]);
  const first = await queue().find(id);
  // As if its worker was lost.
  await redis().set(`${queuePrefix}${id}:lock`, "another's", "PX", 1);
  await expect.poll(async () => (await queue().find(id))?.seq ?? 0, { timeout: 10_000 }).toBeGreaterThan(2);
  expect(await queue().find(id)).toMatchObject({ attempt: 1, user: "u 1", startedAtMs: first?.startedAtMs });
});

test("a delayed task is queued until it is due, in its group", async () => {
  const id = await enqueue({ delayMs: 60_000 });
  expect(await queue().find(id)).toMatchObject({ status: "queued", group: "g", user: "u 1" });
  expect(await queue().groups.why(id)).toMatchObject({ state: "delayed", group: "g" });
});

test("a task that is cancelled while it waits is told as what it was", async () => {
  const id = await enqueue();
  expect(await queue().cancel(id)).toMatchObject({ verdict: "cancelled", record: { seq: 2, user: "u 1" } });
  expect(await queue().find(id)).toMatchObject({ status: "cancelled", group: "g", attempt: 0 });
});

test("what an earlier version has written is the truth", async () => {
  const id = await enqueue();
  const old = { ...(await queue().find(id)), seq: 5, message: "kept" };
  const { status, percent, message, error, attempt, seq, startedAtMs, finishedAtMs, result, ...head } = old;
  const changing = { status, percent, message, error, attempt, seq, startedAtMs, finishedAtMs, result };
  await redis().set(recordKey(id), `${JSON.stringify({ ...head, ...changing })}\n\n0 60000 `, "PX", 60_000);
  await redis().hdel(`${queuePrefix}${id}`, "rec");
  expect(await queue().find(id)).toEqual(old);
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: 1 }));
  expect(await settled(id)).toMatchObject({ status: "succeeded", seq: 7, user: "u 1" });
});
