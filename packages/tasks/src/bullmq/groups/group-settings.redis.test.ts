import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, expect, test } from "vitest";
import { TaskRejection } from "../../task-rejection.ts";
import { openDashboardQueue } from "../dashboard-queue.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, url, startWorker, settled, queuePrefix } = useTasks();
const boards: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(boards.splice(0).map((board) => board.close()));
});
const enqueue = async (name: string, options: object = {}) =>
  (await queue().enqueue({ handler: "test", data: name, group: "g", ...options })).task.id;
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
/** As it stands in Redis for a group of the settings file. */
const fromFile = (group: string, concurrency: number) =>
  redis().hset(`${queuePrefix}g:settings`, `f:${group}`, `${concurrency} 1 0 0 block 0 0 reject`);

test("what is set at run time wins over the file, and a group's own settings over those of all", async () => {
  const gate = createGate();
  // First, because it takes settings out that its own file does not have.
  await startWorker(gate.run);
  await fromFile("*", 4);
  await fromFile("own", 2);
  await fromFile("set", 2);
  await queue().groups.configure("set", { concurrency: 1 });
  for (const group of ["any", "own", "set"]) for (const name of names(group, 6)) await enqueue(name, { group });
  const first = (group: string, count: number) => names(group, count);
  await eventually(() =>
    expect(gate.running().toSorted()).toEqual([...first("any", 4), ...first("own", 2), ...first("set", 1)]),
  );

  // More may have started since that moment.
  expect(await queue().groups.get("set")).toMatchObject({ settings: { concurrency: 1 }, hasOwnSettings: true });
  // What is set for all groups is weaker than what the file says of one, and stronger than what it says of all.
  await queue().groups.configure("*", { concurrency: 3 });
  expect(await queue().groups.get("own")).toMatchObject({ settings: { concurrency: 2 }, hasOwnSettings: false });
  expect((await queue().groups.get("any")).settings).toMatchObject({ concurrency: 3 });
});

test("a group that is paused while tasks wait in it starts none of them", async () => {
  const gate = createGate();
  const waiting = await enqueue("waits");
  await queue().groups.pause("g");
  await startWorker(gate.run);
  await enqueue("elsewhere", { group: "h" });
  await eventually(() => expect(gate.running()).toEqual(["elsewhere"]));
  await gate.release("elsewhere");
  expect(await queue().groups.why(waiting)).toMatchObject({ state: "paused" });
});

test("a task that is not due yet takes no room in its group", async () => {
  await queue().groups.configure("g", { maxSize: 1, onFull: "reject" });
  await enqueue("waits");
  const later = await enqueue("later", { delayMs: 600_000 });
  expect(await queue().groups.why(later)).toMatchObject({ state: "delayed" });
  await expect(enqueue("too many")).rejects.toThrow(TaskRejection);
});

test("a paused queue starts nothing, and what it looked at meanwhile costs nobody a place, a turn or a part of a rate", async () => {
  await queue().groups.configure("g", { concurrency: 1, rate: { max: 2, perMs: 600_000 } });
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  boards.push(board);
  await board.queue.pause();
  const gate = createGate();
  const ids = [await enqueue("a"), await enqueue("b")];
  await startWorker(gate.run);
  for (const name of names("wakes", 5)) await enqueue(name, { group: name });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(gate.started).toEqual([]);
  const turns = (await redis().zrange(`${queuePrefix}g:ready`, "0", "-1", "WITHSCORES")).filter(
    (_, index) => index % 2,
  );
  expect(turns).toEqual(Array(6).fill("0"));
  await board.queue.resume();
  gate.releaseNow(names("wakes", 5));
  await gate.releaseAll(["a", "b"]);
  for (const id of ids) expect(await settled(id)).toMatchObject({ status: "succeeded" });
});

test("the idempotency key of a task is forgotten in the end", async () => {
  await enqueue("once", { idempotencyKey: "order-1", idempotencyTtlMs: 60_000 });
  const [key = ""] = await redis().keys("*:idempotency:*");
  const leftMs = await redis().pttl(key);
  expect(leftMs).toBeGreaterThan(50_000);
  expect(leftMs).toBeLessThanOrEqual(60_000);
});
