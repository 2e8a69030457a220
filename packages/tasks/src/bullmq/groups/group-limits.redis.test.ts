import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import { TaskRejection } from "../../task-rejection.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, startWorker, settled, groupKeys, queuePrefix } = useTasks();

const request = (name: string, options: object = {}) => ({ handler: "test", data: name, group: "g", ...options });
const enqueue = async (name: string, options: object = {}) => (await queue().enqueue(request(name, options))).task.id;
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test("a group runs as many tasks at once as it is set to, over all workers, and the setting holds at once", async () => {
  const gate = createGate();
  await Promise.all([1, 2].map(() => startWorker(gate.run)));
  await queue().groups.configure("g", { concurrency: 2 });
  await queue().enqueueMany(names("t", 8).map((name) => request(name)));
  await eventually(() => expect(gate.running().toSorted()).toEqual(["t0", "t1"]));
  expect(await queue().groups.get("g")).toMatchObject({ status: "maxed", active: 2, waiting: 6 });
  await queue().groups.configure("g", { concurrency: 4 });
  await eventually(() => expect(gate.running()).toHaveLength(4));
  await queue().groups.configure("g", { concurrency: 1 });
  await gate.releaseAll(["t0", "t1", "t2"]);
  // The three that ended made no room: one is allowed, and one runs.
  await eventually(async () => expect(await queue().groups.get("g")).toMatchObject({ active: 1, waiting: 4 }));
  await gate.releaseAll(["t3", "t4"]);
  await eventually(() => expect(gate.running()).toEqual(["t5"]));
});

test("the concurrency of all groups can be set, a group's own stays above it", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  await queue().groups.configure("own", { concurrency: 1 });
  await queue().enqueueMany(["own", "g"].flatMap((group) => names(group, 3).map((name) => request(name, { group }))));
  await eventually(() => expect(gate.running().toSorted()).toEqual(["g0", "own0"]));
  await queue().groups.configure("*", { concurrency: 2 });
  await eventually(() => expect(gate.running().toSorted()).toEqual(["g0", "g1", "own0"]));
  await queue().groups.configure("own", null);
  await eventually(() => expect(gate.running().toSorted()).toEqual(["g0", "g1", "own0", "own1"]));
});

test("a rate limit and a concurrency hold together, and an unrelated delayed task slows neither", async () => {
  await queue().groups.configure("g", { concurrency: 2, rate: { max: 2, perMs: 400 } });
  await enqueue("later", { group: "h", delayMs: 9_000 });
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: null }));
  const ids = await Promise.all(names("t", 6).map((name) => enqueue(name)));
  const records = await Promise.all(ids.map(settled));
  // By the clock of Redis, which counts the start and notes its time in one step, if not at the same moment of it.
  const startedAt = records.map(({ startedAtMs }) => startedAtMs ?? 0).toSorted((a, b) => a - b);
  const waits = startedAt.map((at) => at - (startedAt[0] ?? 0));
  expect(waits[2]).toBeGreaterThanOrEqual(350);
  expect(waits[4]).toBeGreaterThanOrEqual(750);
  expect(waits[5]).toBeLessThan(2_500);
});

test("why a group does not run is said: limited until, and nothing more once the limit is lifted", async () => {
  await queue().groups.configure("g", { concurrency: 9, rate: { max: 1, perMs: 60_000 } });
  const gate = createGate();
  await startWorker(gate.run);
  await enqueue("a");
  const second = await enqueue("b");
  await eventually(async () => expect(await queue().groups.why(second)).toMatchObject({ state: "limited", ahead: 0 }));
  expect((await queue().groups.get("g")).limitedUntilMs).toBeGreaterThan(Date.now() + 50_000);
  await queue().groups.configure("g", { rate: null });
  await eventually(() => expect(gate.running().toSorted()).toEqual(["a", "b"]));
});

test("a full group refuses, in bulk too, and says its bound", async () => {
  await queue().groups.configure("g", { maxSize: 3 });
  const replies = await queue().enqueueMany(names("t", 5).map((name) => request(name)));
  expect(replies.map((reply) => reply instanceof TaskRejection)).toEqual([false, false, false, true, true]);
  expect(replies[4]).toMatchObject({ code: "group_full", field: "group", publicMessage: expect.stringContaining("3") });
  await expect(enqueue("one more")).rejects.toThrow(TaskRejection);
  // Those that were refused have left nothing.
  expect(await redis().keys(`${queuePrefix}t_*`)).toHaveLength(3);
  expect((await queue().enqueue(request("elsewhere", { group: "h" }))).duplicate).toBe(false);
});

test("with drop-oldest the newest stay, with drop-newest the oldest, and what is dropped is cancelled with the reason", async () => {
  await queue().groups.configure("old", { maxSize: 2, onFull: "drop-oldest" });
  await queue().groups.configure("new", { maxSize: 2, onFull: "drop-newest" });
  const statuses = async (group: string) => {
    const replies = await queue().enqueueMany(names("t", 4).map((name) => request(name, { group })));
    const ids = replies.map((reply) => (reply instanceof TaskRejection ? "" : reply.task.id));
    return Promise.all(ids.map((id) => queue().find(id)));
  };
  const oldest = await statuses("old");
  expect(oldest.map((record) => record?.status)).toEqual(["cancelled", "cancelled", "queued", "queued"]);
  const newest = await statuses("new");
  expect(newest.map((record) => record?.status)).toEqual(["queued", "queued", "cancelled", "cancelled"]);
  for (const record of [oldest[0], newest[3]]) {
    expect(record).toMatchObject({ error: { code: "group_full" }, finishedAtMs: expect.any(Number) });
  }
  expect(await redis().zcard(`${queuePrefix}prioritized`)).toBe(4);
});

test("after so many failures in a row a group is paused, a success in between starts the count anew", async () => {
  await queue().groups.configure("g", { onFailure: { pauseAfter: 2 } });
  await startWorker(({ task }) =>
    task.data === "bad" ? Promise.reject(new Error("no")) : Promise.resolve({ kind: "succeeded", result: null }),
  );
  for (const name of ["bad", "good", "bad"]) await enqueue(name, { attempts: 1 });
  await settled(await enqueue("good"));
  for (const name of ["bad", "bad", "waits"]) await enqueue(name, { attempts: 1 });
  const state = await eventually(async () => {
    const now = await queue().groups.get("g");
    expect(now.status).toBe("paused");
    return now;
  });
  expect(state).toMatchObject({ reason: "2 tasks in a row failed for good", waiting: 1, deadLetters: 4 });
  await queue().groups.resume("g");
  await eventually(async () => expect((await queue().groups.get("g")).waiting).toBe(0));
});

test("a group that has run into its rate comes back to its own turn, and not before the others", async () => {
  const gate = createGate();
  await queue().groups.configure("slow", { weight: 0.1, concurrency: 2, rate: { max: 1, perMs: 300 } });
  const ids = [await enqueue("slow1", { group: "slow" }), await enqueue("slow2", { group: "slow" })];
  await startWorker(gate.run, { concurrency: 1 });
  await gate.release("slow1");
  await eventually(async () => expect(await queue().groups.get("slow")).toMatchObject({ status: "limited" }));
  ids.push(await enqueue("b1", { group: "b" }));
  await eventually(() => expect(gate.running()).toEqual(["b1"]));
  for (const name of ["b2", "b3", "b4"]) ids.push(await enqueue(name, { group: "b" }));
  // Its window is open again before the next start.
  await new Promise((resolve) => setTimeout(resolve, 350));
  await gate.releaseAll(["b1", "b2", "b3", "b4", "slow2"]);
  await Promise.all(ids.map(settled));
  expect(gate.started).toEqual(["slow1", "b1", "b2", "b3", "b4", "slow2"]);
});

test("thousands of idle and limited groups leave nothing behind", async () => {
  await queue().groups.configure("*", { rate: { max: 1, perMs: 100 } });
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: null }));
  const replies = await queue().enqueueMany(names("group", 1_000).map((group) => request("x", { group })));
  await Promise.all(replies.map(async (reply) => reply instanceof TaskRejection || settled(reply.task.id)));
  await eventually(async () => expect(await groupKeys()).toEqual([]), { timeoutMs: 10_000 });
});
