import { eventually } from "@switchyard/testkit/eventually";
import type { TaskRecord } from "../task.ts";
import { afterEach, expect, test } from "vitest";
import { openDashboardQueue } from "./dashboard-queue.ts";
import { useTasks } from "./testing/task-fixture.ts";
import type { RunAttempt } from "../task-worker.ts";

/** What lies under an id in a list may be anything. Nothing that reads the jobs of a whole list may break off at it. */

const { queue, redis, url, startWorker, settled, queuePrefix } = useTasks({ lockDuration: "1s" });

const boards: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(boards.splice(0).map((board) => board.close()));
});
const succeed: RunAttempt = () => Promise.resolve({ kind: "succeeded", result: null });
const unreadable = { code: "task_unreadable", message: expect.stringContaining("it cannot be run: ") };
const job = { name: "test", data: '{"group":"g"}', opts: "{}", timestamp: 1, delay: 0 };

/** A task that is written past our door has no record before it is looked at. */
async function ended(id: string): Promise<TaskRecord> {
  await eventually(async () => expect(await queue().find(id)).toBeDefined());
  return settled(id);
}

test("what is due together with something that is no job runs, while others wait for their turn as well", async () => {
  const due = (Date.now() - 1_000) * 0x1000;
  const ids = Array.from({ length: 20 }, (_, index) => `due-${index}`);
  await redis().set(`${queuePrefix}a-string`, "x");
  await redis().zadd(`${queuePrefix}delayed`, due, "a-string");
  for (const id of ids) {
    await redis().hset(`${queuePrefix}${id}`, job);
    await redis().zadd(`${queuePrefix}delayed`, due, id);
    await redis().hset(`${queuePrefix}now-${id}`, job);
    await redis().lpush(`${queuePrefix}wait`, `now-${id}`);
  }
  await startWorker(succeed, { concurrency: 1 });
  for (const id of ids) {
    expect(await ended(`now-${id}`)).toMatchObject({ status: "succeeded" });
    expect(await ended(id)).toMatchObject({ status: "succeeded" });
  }
  expect(await ended("a-string")).toMatchObject({ status: "failed", error: unreadable });
});

test("one thing in a list that is no job stops no work on the whole list", async () => {
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  boards.push(board);
  const later = (Date.now() + 600_000) * 0x1000;
  const add = async (list: string, id: string) => {
    await redis().set(`${queuePrefix}${id}`, "x");
    if (list === "active") await redis().lpush(`${queuePrefix}active`, id);
    else await redis().zadd(`${queuePrefix}${list}`, later, id);
    if (list === "active") await redis().sadd(`${queuePrefix}stalled`, id);
  };
  await add("delayed", "cleaned");
  await board.queue.clean(0, 100, "delayed");
  expect(await ended("cleaned")).toMatchObject({ status: "failed", error: unreadable });
  await add("delayed", "promoted");
  const { task } = await queue().enqueue({ handler: "test", delayMs: 600_000 });
  await board.queue.promoteJobs();
  expect(await ended("promoted")).toMatchObject({ status: "failed", error: unreadable });
  await add("delayed", "adopted");
  await add("active", "lost");
  expect(await queue().groups.rebuild()).toMatchObject({});
  await startWorker(succeed);
  expect(await settled(task.id)).toMatchObject({ status: "succeeded" });
  expect(await ended("lost")).toMatchObject({ status: "failed", error: unreadable });
  await queue().cancel("adopted");
});

test("a page of the dashboard shows the jobs beside what is none, and asking for that finds nothing", async () => {
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  boards.push(board);
  const later = (Date.now() + 600_000) * 0x1000;
  for (const id of ["a-string", "nothing", "a-job"]) {
    await redis().zadd(`${queuePrefix}delayed`, later, id);
    await redis().lpush(`${queuePrefix}wait`, id);
  }
  await redis().set(`${queuePrefix}a-string`, "x");
  await redis().hset(`${queuePrefix}a-job`, job);
  for (const list of ["delayed", "wait"] as const) {
    expect((await board.queue.getJobs([list], 0, 9)).map(({ id }) => id)).toEqual(["a-job"]);
  }
  expect(await board.queue.getJob("a-string")).toBeUndefined();
});
