import { eventually } from "@switchyard/testkit/eventually";
import { Queue } from "bullmq";
import { afterEach, expect, test } from "vitest";
import { openDashboardQueue } from "../dashboard-queue.ts";
import { useTasks } from "../testing/task-fixture.ts";

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
