import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, expect, test } from "vitest";
import type { BulkRequest, BulkRunner, BulkState } from "../../bulk/bulk-acts.ts";
import type { RunAttempt } from "../../task-worker.ts";
import type { BullQueue } from "../bullmq-queue.ts";
import { useTasks } from "../testing/task-fixture.ts";

const { queue, redis, openQueue, startWorker, settled, queuePrefix } = useTasks();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

const attempted: string[] = [];
const fail: RunAttempt = ({ task }) => {
  attempted.push(task.id);
  const message = typeof task.data === "string" ? task.data : "no";
  return Promise.resolve({ kind: "failed", code: "handler_failed", message, final: true });
};

/** @returns their ids, in the order in which they have failed */
async function failMany(count: number, task: { handler?: string; group?: string; data?: string } = {}) {
  const worker = await startWorker(fail, { concurrency: 20 });
  const enqueued = await queue().enqueueMany(
    Array.from({ length: count }, () => ({ handler: "test", group: "g", attempts: 1, ...task })),
  );
  const ids = enqueued.map((one) => ("task" in one ? one.task.id : ""));
  await Promise.all(ids.map(settled));
  await worker.close();
  attempted.length = 0;
  return ids;
}

const run = (of: BullQueue = queue(), onFinished: (state: BulkState) => void = () => undefined): BulkRunner => {
  const runner = of.runBulkActs(onFinished);
  open.push(runner);
  return runner;
};
const begin = (request: Partial<BulkRequest> = {}, of = queue()) =>
  of.bulkActs.begin({ act: "retry", filter: {}, perSecond: 1_000, by: "ann", ...request });
const ended = async (id: string) => {
  await eventually(async () => expect((await queue().bulkActs.find(id))?.status).not.toBe("running"));
  return (await queue().bulkActs.find(id)) as BulkState;
};

test("what matches is counted and retried, the oldest first, and what does not match is left as it is", async () => {
  const told: BulkState[] = [];
  run(queue(), (state) => told.push(state));
  await failMany(10, { handler: "other", group: "h" });
  await failMany(100);
  const oldestFirst = await redis().zrange(`${queuePrefix}g:d:g`, "0", "-1");
  const selection = { act: "retry", filter: { handler: "test" } } as const;
  expect(await queue().bulkActs.count(selection)).toMatchObject({ matched: 100, isComplete: true });
  const { id } = await begin({ ...selection, filter: { ...selection.filter, group: "g" } });
  expect(await ended(id)).toMatchObject({ status: "finished", matched: 100, done: 100, skipped: 0, by: "ann" });
  expect(await redis().zrange(`${queuePrefix}g:q:g`, "0", "-1")).toEqual(oldestFirst);
  expect(await queue().search.find({ status: "failed" })).toMatchObject({ total: 10 });
  expect(told).toMatchObject([{ id, done: 100 }]);
  expect(await queue().bulkActs.list()).toMatchObject([{ id, status: "finished" }]);
});

test("two at once and tasks that fail again at once: each is run once, and what has failed since is left alone", async () => {
  const ids = await failMany(60);
  const other = await openQueue();
  open.push(other);
  const worker = await startWorker(fail);
  const [one, two] = await Promise.all([begin(), begin({}, other)]);
  run();
  run(other);
  const [first, second] = [await ended(one.id), await ended(two.id)];
  expect(first.done + second.done).toBe(60);
  await eventually(async () => expect((await queue().search.find({ status: "failed" })).total).toBe(60));
  await worker.close();
  expect(attempted.toSorted()).toEqual(ids.toSorted());
});

test("a rate is kept, and an abort says exactly what was done", async () => {
  await failMany(60);
  run();
  // So slow that it goes on for longer than any machine takes to abort it.
  const { id } = await begin({ perSecond: 5 });
  const startedMs = performance.now();
  await eventually(async () => expect((await queue().bulkActs.find(id))?.done).toBeGreaterThanOrEqual(4));
  expect(performance.now() - startedMs).toBeGreaterThan(450);
  const aborted = await queue().bulkActs.abort(id);
  const waiting = await redis().zcard(`${queuePrefix}prioritized`);
  expect(aborted).toMatchObject({ status: "aborted", done: waiting });
  expect(waiting).toBeLessThan(60);
  expect(await queue().bulkActs.abort(id)).toEqual(aborted);
});

test("what a process that stopped or was killed has begun is gone on with where it was, and each task is counted once", async () => {
  await failMany(3, { handler: "kept" });
  await failMany(60);
  const first = run();
  const { id } = await begin({ perSecond: 25, except: ["kept"] });
  await eventually(async () => expect((await queue().bulkActs.find(id))?.done).toBeGreaterThan(10));
  await first.close();
  const stoppedAt = (await queue().bulkActs.find(id))?.done ?? 0;
  expect(stoppedAt).toBeLessThan(60);
  // As one that was killed leaves it: held, by nobody who lives.
  const key = `{test:tasks}:bulk-act:${id}`;
  await redis().hset(key, { holder: "gone", heldUntilMs: String(Date.now() + 500) });
  run();
  expect(await ended(id)).toMatchObject({ status: "finished", done: 60, skipped: 3 });
});

test("a group's failures are counted by their reason, and those of one reason are retried, as many as are wanted", async () => {
  run();
  await failMany(8, { data: "smtp timeout after 30 s\n  at send" });
  await failMany(5, { data: "smtp timeout after 31 s" });
  await failMany(6, { data: "550 no such mailbox" });
  await failMany(3, { data: "smtp timeout after 9 s", group: "other" });
  const { reasons, total } = await queue().groups.deadReasons("g");
  expect(reasons).toMatchObject([
    { reason: "smtp timeout after 31 s", count: 13 },
    { reason: "550 no such mailbox", count: 6 },
  ]);
  expect(total).toBe(19);
  const filter = { group: "g", reason: reasons[0]?.reason };
  expect((await queue().search.find({ status: "failed", ...filter })).tasks).toHaveLength(13);
  const { id, matched } = await begin({ filter, limit: 10 });
  expect(matched).toBe(13);
  expect(await ended(id)).toMatchObject({ done: 10 });
  expect((await queue().groups.deadReasons("g")).reasons.map(({ count }) => count)).toEqual([6, 3]);
});

test("tasks without an end are cancelled, wherever they are, but not those that were enqueued since", async () => {
  run();
  const gate = Promise.withResolvers<void>();
  await startWorker(
    async ({ signal }) => {
      signal.addEventListener("abort", () => gate.resolve());
      await gate.promise;
      return { kind: "succeeded", result: null };
    },
    { concurrency: 1 },
  );
  const enqueue = async (options: object = {}) =>
    (await queue().enqueue({ handler: "test", group: "g", ...options })).task.id;
  const running = await enqueue();
  await eventually(async () => expect((await queue().find(running))?.status).toBe("running"));
  const [waiting, delayed, kept] = [
    await enqueue(),
    await enqueue({ delayMs: 60_000 }),
    await enqueue({ handler: "kept" }),
  ];
  const { untilMs, matched } = await queue().bulkActs.count({ act: "cancel", filter: { group: "g" } });
  expect(matched).toBe(4);
  const since = await enqueue({ delayMs: 50_000 });
  await redis().hset(queuePrefix + since, "timestamp", String(untilMs + 1));
  const { id } = await begin({
    act: "cancel",
    filter: { group: "g" },
    except: ["kept"],
    reason: "not wanted",
    untilMs,
  });
  expect(await ended(id)).toMatchObject({ done: 3, skipped: 2 });
  for (const one of [running, waiting, delayed]) {
    expect(await queue().find(one)).toMatchObject({ status: "cancelled", error: { message: "not wanted" } });
  }
  for (const one of [kept, since]) expect((await queue().find(one))?.status).not.toBe("cancelled");
});

test("as many go on as may, and what cannot be asked for is refused by name", async () => {
  await Promise.all(Array.from({ length: 10 }, () => begin()));
  await expect(begin()).rejects.toThrow("bulk acts go on already");
  await expect(begin({ perSecond: 0 })).rejects.toThrow("perSecond: must be a whole number");
  await expect(begin({ filter: { status: "queued" } })).rejects.toThrow(
    "filter.status: `retry` acts on tasks that are failed",
  );
  await expect(queue().bulkActs.find("running")).rejects.toThrow("id: is not a bulk act's id");
  expect(await queue().bulkActs.find("b_AAAAAAAAAAAAAAAAAAAAA")).toBeUndefined();
});
