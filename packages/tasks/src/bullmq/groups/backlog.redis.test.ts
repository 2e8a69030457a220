import { eventually } from "@switchyard/testkit/eventually";
import { namesOfEveryObject } from "@switchyard/testkit/names-of-every-object";
import { expect, onTestFinished, test } from "vitest";
import { groupsReadMax } from "../../backlog.ts";
import { recordPrelude } from "../../redis/record-prelude.ts";
import { createTaskKeys } from "../../redis/task-keys.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";
import { groupPlace } from "./group-place.ts";
import { rememberPaces } from "./remember-paces.ts";

const { queue, redis, openQueue, startWorker, settled, queuePrefix } = useTasks();

const hourMs = 3_600_000;

/** As another process reads it, which has read nothing before. */
async function readAnew() {
  const other = await openQueue();
  try {
    return await other.backlog();
  } finally {
    await other.close();
  }
}

async function enqueue(count: number, request: { readonly group?: string; readonly delayMs?: number } = {}) {
  const requests = Array.from({ length: count }, () => ({ handler: "test", ...request }));
  await queue().enqueueMany(requests);
}

test("of a group whose tasks run one after the other one task is runnable, however many wait, and none while it runs", async () => {
  await enqueue(300, { group: "one" });
  expect(await readAnew()).toMatchObject({
    counts: { queued: 300, running: 0 },
    runnable: 1,
    handlers: [{ handler: "test", runnable: 1, retrying: 0 }],
    groups: [{ group: "one", waiting: 300, active: 0, limit: 1 }],
    isCapped: false,
  });

  const gate = createGate();
  await startWorker(gate.run);
  await eventually(async () => {
    expect(await readAnew()).toMatchObject({ counts: { queued: 299, running: 1 }, runnable: 0 });
  });
});

test("what is paused, at its rate or not due is not runnable", async () => {
  await enqueue(5, { group: "paused" });
  await queue().groups.pause("paused");
  await queue().groups.configure("rated", { concurrency: 10, rate: { max: 2, perMs: 60_000 } });
  await enqueue(7, { group: "rated" });
  await enqueue(3, { delayMs: 60_000 });
  const backlog = await readAnew();
  expect(backlog).toMatchObject({ counts: { queued: 12, delayed: 3, retrying: 0 }, runnable: 2 });
  expect(backlog.groups.map(({ group, waiting }) => [group, waiting])).toEqual([
    ["rated", 7],
    ["paused", 5],
  ]);

  await redis().hset(`${queuePrefix}meta`, "paused", "1");
  expect(await readAnew()).toMatchObject({ runnable: 0 });
});

test("a task of an unbounded group is as old as it has been due", async () => {
  await enqueue(1);
  await growOlder();
  const { oldestRunnableAgeMs } = await readAnew();
  expect(oldestRunnableAgeMs).toBeGreaterThanOrEqual(hourMs);
  expect(oldestRunnableAgeMs).toBeLessThan(1.5 * hourMs);
});

test("what an unbounded group was paused for is not the age of its tasks", async () => {
  await enqueue(1);
  await growOlder();
  await queue().groups.pause("");
  expect(await readAnew()).toMatchObject({ runnable: 0, oldestRunnableAgeMs: null });
  await queue().groups.resume("");
  const { runnable, oldestRunnableAgeMs } = await readAnew();
  expect(runnable).toBe(1);
  expect(oldestRunnableAgeMs).toBeLessThan(hourMs / 2);
  expect(await redis().pttl(`${queuePrefix}g:resumed:`)).toBeGreaterThan(86_000_000);
});

test("what a task waits between its attempts makes it no younger", async () => {
  await queue().enqueueMany([{ handler: "test", backoff: { kind: "fixed", delayMs: 60_000 } }]);
  await growOlder();
  expect((await readAnew()).oldestRunnableAgeMs).toBeGreaterThanOrEqual(hourMs);
});

test("the head of a bounded group grows old while it is seen there, and not before", async () => {
  await enqueue(2, { group: "one" });
  await growOlder();
  const reader = await openQueue();
  onTestFinished(() => reader.close());
  expect((await reader.backlog()).oldestRunnableAgeMs).toBe(0);
  await eventually(async () => expect((await reader.backlog()).oldestRunnableAgeMs).toBeGreaterThan(500));
});

test("a task that is enqueued again after it had failed for good is as old as its new life", async () => {
  const failing = () =>
    Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true } as const);
  const worker = await startWorker(failing);
  const [reply = {}] = await queue().enqueueMany([{ handler: "test" }]);
  await settled(idOf(reply));
  await worker.drain(5_000);
  await worker.close();
  await redis().hincrby(`${queuePrefix}${idOf(reply)}`, "timestamp", `${-hourMs}`);
  expect(await queue().groups.redrive("")).toBe(1);
  const { runnable, oldestRunnableAgeMs } = await readAnew();
  expect(runnable).toBe(1);
  expect(oldestRunnableAgeMs).toBeLessThan(hourMs / 2);
});

test("tasks between two attempts are told from delayed ones, however many there are of either", async () => {
  const backoff = { kind: "fixed", delayMs: 600_000 } as const;
  await queue().groups.configure("flood", { concurrency: 1_000, onFailure: "skip" });
  const replies = await queue().enqueueMany(
    Array.from({ length: 200 }, () => ({ handler: "test", group: "flood", attempts: 3, backoff })),
  );
  await startWorker(() => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: false }));
  await enqueue(100, { delayMs: 3_600_000 });
  await eventually(async () => {
    const records = await Promise.all(replies.map((reply) => queue().find(idOf(reply))));
    expect(records.every((record) => (record?.attempt ?? 0) > 0)).toBe(true);
  });
  await eventually(async () =>
    expect((await readAnew()).counts).toMatchObject({ queued: 0, running: 0, retrying: 200, delayed: 100 }),
  );
});

test("what handlers took is remembered when no worker is there any more, whatever they are called, and is bounded", async () => {
  const keys = createTaskKeys("test");
  const place = groupPlace(redis(), keys, recordPrelude(keys, undefined));
  const both = (seconds: number) => ({
    secondsPerTask: Object.fromEntries(namesOfEveryObject.map((name) => [name, seconds])),
    attemptSeconds: Object.fromEntries(namesOfEveryObject.map((name) => [name, 2 * seconds])),
  });
  expect(await rememberPaces(place, [{ secondsPerTask: {} }])).toBe(false);
  expect(await rememberPaces(place, [both(0.1), both(0.3), { secondsPerTask: {} }])).toBe(true);
  await queue().enqueueMany([...namesOfEveryObject, "other"].map((handler) => ({ handler })));
  const { remembered } = await readAnew();
  expect([...remembered.keys()].toSorted()).toEqual(namesOfEveryObject.toSorted());
  for (const name of namesOfEveryObject) expect(remembered.get(name)?.seconds, name).toBeCloseTo(0.2);
  expect(remembered.get("constructor")?.attemptSeconds).toBeCloseTo(0.4);
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`h${index}`, 1]));
  await rememberPaces(place, [{ secondsPerTask: many }]);
  expect(await redis().hlen(`${queuePrefix}paces`)).toBe(500);
  expect(await redis().pttl(`${queuePrefix}paces`)).toBeGreaterThan(86_000_000);
});

test("tasks between two attempts are counted apart, and so are those that could run again", async () => {
  await queue().groups.configure("flood", { concurrency: 100, onFailure: "skip" });
  const ids = (await queue().enqueueMany(Array.from({ length: 60 }, () => poison("flood", 100)))).map(idOf);
  const worker = await startWorker(() =>
    Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: false }),
  );
  await eventually(async () => {
    const records = await Promise.all(ids.map((id) => queue().find(id)));
    expect(records.every((record) => (record?.attempt ?? 0) > 0)).toBe(true);
  });
  await worker.drain(5_000);
  await worker.close();
  const counts = { queued: 0, retrying: 60, delayed: 0 };
  expect(await readAnew()).toMatchObject({ counts, runnable: 0, due: 0, retryingRunnable: 0 });
  // All of them are due, and nobody has put them back.
  for (const key of [`${queuePrefix}delayed`, "{test:tasks}:retrying:ids"])
    await redis().zadd(key, ...ids.flatMap((id) => ["4096", id]));
  expect(await readAnew()).toMatchObject({
    counts,
    runnable: 60,
    due: 60,
    retryingRunnable: 60,
    oldestRunnableAgeMs: 0,
  });
});

test("what is too much to be looked at is estimated, and said to be", async () => {
  const groups = 3 * groupsReadMax;
  await queue().enqueueMany(Array.from({ length: groups }, (_, index) => ({ handler: "test", group: `g${index}` })));
  await enqueue(groups);
  const runnable = 2 * groups;
  expect(await readAnew()).toMatchObject({
    runnable,
    isCapped: true,
    handlers: [{ handler: "test", runnable, retrying: 0 }],
  });
});

test("what comes in and what leaves is told per second, from the second reading on", async () => {
  const reader = await openQueue();
  onTestFinished(() => reader.close());
  expect(await reader.backlog()).toMatchObject({ inPerSecond: null, outPerSecond: null });
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: 1 }));
  const replies = await queue().enqueueMany(Array.from({ length: 30 }, () => ({ handler: "test" })));
  await Promise.all(replies.map((reply) => settled(idOf(reply))));
  await eventually(async () => {
    const { inPerSecond, outPerSecond } = await reader.backlog();
    expect(inPerSecond).toBeGreaterThan(3);
    expect(outPerSecond).toBe(inPerSecond);
  });
});

test("all who read within a second share one reading, and reading writes nothing", async () => {
  await enqueue(1, { group: "one" });
  const [reads, writes] = [await evals(), await redis().dbsize()];
  await Promise.all(Array.from({ length: 50 }, () => queue().backlog()));
  expect((await evals()) - reads).toBe(1);
  expect(await redis().dbsize()).toBe(writes);
});

/** Everything that waits, by an hour. */
async function growOlder(): Promise<void> {
  const ids = await redis().zrange(`${queuePrefix}prioritized`, "0", "-1");
  expect(ids).not.toEqual([]);
  for (const id of ids) await redis().hincrby(`${queuePrefix}${id}`, "timestamp", `${-hourMs}`);
}

async function evals(): Promise<number> {
  const stats = await redis().info("commandstats");
  const calls = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}

function poison(group: string, attempts: number) {
  return { handler: "poison", group, attempts, backoff: { kind: "fixed", delayMs: 600_000 } } as const;
}

function idOf(reply: object): string {
  return "task" in reply ? (reply.task as { id: string }).id : "";
}
