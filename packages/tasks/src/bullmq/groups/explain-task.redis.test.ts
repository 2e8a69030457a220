import { eventually } from "@switchyard/testkit/eventually";
import { Queue } from "bullmq";
import { afterEach, expect, test } from "vitest";
import { openDashboardQueue } from "../dashboard-queue.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, url, startWorker, settled } = useTasks();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

test("a paused queue is told as paused, and by whom", async () => {
  const { task } = await queue().enqueue({ handler: "test", group: "g" });
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  const stock = new Queue("tasks", { connection: { url: url() }, prefix: "{test:tasks}" });
  open.push(board, stock);
  await board.queue.pause();
  expect(await queue().groups.why(task.id)).toMatchObject({
    state: "paused",
    paused: "queue",
    reason: "on the dashboard",
  });
  expect(await queue().groups.get("g")).toMatchObject({
    status: "paused",
    reason: "the whole queue is paused on the dashboard",
  });
  await board.queue.resume();
  expect(await queue().groups.why(task.id)).toMatchObject({ state: "ready" });
  await stock.pause();
  expect(await queue().groups.why(task.id)).toMatchObject({ state: "paused", reason: "by a BullMQ client" });
  await stock.resume();
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: null }));
  await eventually(async () => expect(await queue().groups.why(task.id)).toMatchObject({ state: "settled" }));
});

test("a task that outlived its record is told as it ended, not as waiting", async () => {
  await startWorker(() => Promise.reject(new Error("no")));
  const { task } = await queue().enqueue({ handler: "test", group: "g", attempts: 1 });
  await settled(task.id);
  await redis().del(`{test:tasks}:record:${task.id}`);
  expect(await queue().groups.why(task.id)).toEqual({ state: "settled", group: "g", status: "failed" });
});

test("a limit of the whole queue is told as what holds a task, and with its bound", async () => {
  const stock = new Queue("tasks", { connection: { url: url() }, prefix: "{test:tasks}" });
  open.push(stock);
  const gate = createGate();
  await startWorker(gate.run);
  await stock.setGlobalConcurrency(1);
  const { task: running } = await queue().enqueue({ handler: "test", group: "a" });
  await eventually(async () => expect(await queue().groups.why(running.id)).toMatchObject({ state: "running" }));
  const { task: waiting } = await queue().enqueue({ handler: "test", group: "b" });
  expect(await queue().groups.why(waiting.id)).toEqual({
    state: "throttled",
    group: "b",
    ahead: 0,
    limit: "1 at the same time",
  });
  const held = { status: "throttled", reason: "the whole queue may run no more than 1 at the same time" };
  expect(await queue().groups.get("b")).toMatchObject(held);
  expect((await queue().groups.list({})).items.find(({ id }) => id === "b")).toMatchObject(held);
  expect(await queue().groups.get("idle")).toMatchObject({ status: "idle", reason: null });
  await stock.removeGlobalConcurrency();
  expect(await queue().groups.get("b")).toMatchObject({ status: "ready", reason: null });
  await stock.setGlobalRateLimit(1, 100_000);
  await redis().set("{test:tasks}:tasks:limiter", "1", "PX", 100_000);
  expect(await queue().groups.why(waiting.id)).toMatchObject({ state: "throttled", limit: "1 in 100000 ms" });
  await stock.removeGlobalRateLimit();
  await redis().del("{test:tasks}:tasks:limiter");
});
