import { eventually } from "@switchyard/testkit/eventually";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { afterEach, expect, test } from "vitest";
import type { TaskRecord } from "../task.ts";
import type { RunAttempt } from "../task-worker.ts";
import { parseTaskId } from "../ids-from-outside.ts";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import { openDashboardQueue } from "./dashboard-queue.ts";
import { groupPlace } from "./groups/group-place.ts";
import { groupScripts } from "./groups/group-scripts.ts";
import { createGate, useTasks } from "./testing/task-fixture.ts";

/** What programs write past our door, and what operators then do to it: the edges of the rules in groups/chunks. */

const { queue, redis, url, startWorker, settled, queuePrefix } = useTasks();
const boards: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(boards.splice(0).map((board) => board.close()));
});
const succeed: RunAttempt = () => Promise.resolve({ kind: "succeeded", result: null });
const fail: RunAttempt = () => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true });
const enqueue = async (options: object = {}) =>
  (await queue().enqueue({ handler: "test", group: "g", ...options })).task.id;

async function write(id: string, fields: Readonly<Record<string, string | number | Buffer>>): Promise<void> {
  await redis().hset(`${queuePrefix}${id}`, { data: "{}", opts: "{}", timestamp: 1_764_000_000_000, ...fields });
  await redis().lpush(`${queuePrefix}wait`, id);
  await redis().zadd(`${queuePrefix}marker`, 0, "0");
}
async function ended(id: string): Promise<TaskRecord> {
  await eventually(async () => expect(await queue().find(id)).toBeDefined());
  return settled(id);
}

test.each([
  ['{"group":"g","data":{"group":"inner"}}', "g"],
  ['{"group":"g","note":"\\",\\"group\\":\\"no"}', "g"],
  ['{"note":"\\"","group":"g"}', "g"],
])("the group in %s is the outermost one", async (data, group) => {
  await write("one", { name: "test", data });
  expect(await queue().groups.why("one")).toMatchObject({ group });
});

test("a record of what cannot be run is JSON and Unicode, whatever its name and its time are", async () => {
  await startWorker(succeed);
  await write("odd", { name: Buffer.from([0x61, 0xff]), ats: "x", timestamp: "yesterday" });
  expect(await ended("odd")).toMatchObject({ status: "failed", handler: "a\ufffd", enqueuedAtMs: expect.any(Number) });
  const bytes = await redis().getBuffer("{test:tasks}:record:odd");
  expect(new TextDecoder("utf-8", { fatal: true }).decode(bytes ?? Buffer.of(0xff))).toContain('"handler":"a\ufffd"');
});

test("a group that a job claims to be in, and that no group can be called, is another name for all of its tasks", async () => {
  const groups: string[] = [];
  await startWorker(({ task }) => {
    groups.push(task.group);
    return Promise.resolve({ kind: "succeeded", result: null });
  });
  for (const id of ["one", "two"]) await write(id, { name: "test", gid: "*" });
  await Promise.all(["one", "two"].map(ended));
  expect(groups[0]).toMatch(/^sha1-[0-9a-f]{40}$/);
  expect(groups[1]).toBe(groups[0]);
});

test("the markers that older clients put among the tasks are no tasks, and nothing is told of them", async () => {
  await startWorker(succeed);
  await redis().lpush(`${queuePrefix}wait`, "0:1764000000000", "0:0");
  await write("good", { name: "test" });
  await ended("good");
  await eventually(async () => expect(await redis().llen(`${queuePrefix}wait`)).toBe(0));
  expect(await redis().keys("{test:tasks}:record:*")).toEqual(["{test:tasks}:record:good"]);
});

test("a task that a client of its own has put into the queue starts at once, not with the next check of the queue", async () => {
  const { tasks: settings } = checkSettings({ tasks: { lock_duration: "60s" } });
  await startWorker(succeed, { settings });
  // The check that each worker makes at its start is over.
  await eventually(async () => expect(await redis().exists(`${queuePrefix}stalled-check`)).toBe(1));
  await settled(await enqueue());
  await write("one", { name: "test" });
  await eventually(async () => expect(await queue().find("one")).toMatchObject({ status: "succeeded" }));
});

test("what a task came to stays, when its job is put into the queue again and cannot be run", async () => {
  await startWorker(succeed);
  const id = await enqueue();
  await settled(id);
  await redis().hset(`${queuePrefix}${id}`, "ats", "x");
  await redis().lpush(`${queuePrefix}wait`, id);
  await settled(await enqueue());
  await eventually(async () => expect(await redis().zscore(`${queuePrefix}failed`, id)).not.toBeNull());
  expect(await queue().find(id)).toMatchObject({ status: "succeeded" });
});

test("a priority beyond all others is the last one, and a place in the order all the same", async () => {
  await startWorker(succeed);
  await queue().groups.pause("g");
  await write("low", { name: "test", data: '{"group":"g"}', priority: 5_000 });
  await eventually(async () => {
    expect(Number(await redis().zscore(`${queuePrefix}prioritized`, "low"))).toBeLessThan(0);
  });
});

test.each(["nan", "1e999", "-inf"])(
  "a priority of %s holds up nobody who promotes, retries or repeats the task",
  async (priority) => {
    const board = await openDashboardQueue({ url: url(), prefix: "test" });
    boards.push(board);
    const fields = { name: "test", data: "{}", opts: '{"attempts":2}', timestamp: 1, priority };
    await redis().hset(`${queuePrefix}late`, fields);
    await redis().zadd(`${queuePrefix}delayed`, (Date.now() + 600_000) * 0x1000, "late");
    for (const id of ["broken", "other"]) {
      await redis().hset(`${queuePrefix}${id}`, { ...fields, data: `{"group":"${id}"}`, ats: "x" });
      await redis().lpush(`${queuePrefix}wait`, id);
    }
    await startWorker(async ({ number }) =>
      number === 1
        ? { kind: "failed", code: "handler_failed", message: "no", final: false }
        : { kind: "succeeded", result: null },
    );
    await (await board.queue.getJob("late"))?.promote();
    expect(await ended("late")).toMatchObject({ status: "succeeded", attempt: 2 });
    for (const id of ["broken", "other"]) {
      expect(await ended(id)).toMatchObject({ status: "failed", error: { code: "task_unreadable" } });
      await redis().hdel(`${queuePrefix}${id}`, "ats");
    }
    await (await board.queue.getJob("broken"))?.retry("failed");
    expect(await queue().groups.redrive("other")).toBe(1);
    for (const id of ["broken", "other"]) {
      await eventually(async () => expect(await queue().find(id)).toMatchObject({ status: "succeeded" }));
    }
  },
);

test("dead letters are forgotten after a week, and so is their key", async () => {
  await startWorker(fail);
  const letters = `${queuePrefix}g:d:g`;
  const weekMs = 7 * 86_400_000;
  await redis().zadd(letters, String((Date.now() - weekMs - 60_000) * 1_000), "old");
  const id = await enqueue();
  await settled(id);
  expect(await redis().zrange(letters, "0", "-1")).toEqual([id]);
  expect(await redis().pttl(letters)).toBeGreaterThan(weekMs - 60_000);
});

test("no dead letter is left out of the pages when others of a page are gone", async () => {
  await startWorker(fail);
  const ids: string[] = [];
  for (let index = 0; index < 12; index++) ids.push(await enqueue());
  await Promise.all(ids.map(settled));
  const gone = ids.slice(-3);
  await redis().zrem(`${queuePrefix}failed`, ...gone);
  const seen: string[] = [];
  for (let cursor: string | undefined; cursor !== "";) {
    const page = await queue().groups.deadLetters("g", { limit: 5, ...(cursor !== undefined && { cursor }) });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
  }
  expect(seen).toEqual(ids.filter((id) => !gone.includes(id)).toReversed());
});

test("cleaning leaves what is younger than was asked for", async () => {
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  boards.push(board);
  const id = await enqueue();
  await board.queue.clean(60_000, 100, "prioritized");
  expect(await queue().find(id)).toMatchObject({ status: "queued" });
  expect(await redis().exists(`${queuePrefix}${id}`)).toBe(1);
});

test("a schedule of a BullMQ client is no task, though it is called like one", async () => {
  await redis().hset(`${queuePrefix}repeat:nightly:1`, { ic: 3, name: "test" });
  expect(await queue().cancel("repeat:nightly:1")).toMatchObject({ verdict: "unknown" });
  expect(await redis().exists(`${queuePrefix}repeat:nightly:1`)).toBe(1);
});

test("removing the job of a task that has succeeded leaves its record as it is", async () => {
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  boards.push(board);
  await startWorker(succeed);
  const id = await enqueue();
  await settled(id);
  await (await board.queue.getJob(id))?.remove();
  expect(await redis().exists(`${queuePrefix}${id}`)).toBe(0);
  expect(await queue().find(id)).toMatchObject({ status: "succeeded" });
});

test("startedAtMs is the start of the first attempt, and a running record of a stock producer does not stay for ever", async () => {
  const startedAt: (number | null | undefined)[] = [];
  await startWorker(async ({ task, number }) => {
    const record = await queue().find(task.id);
    startedAt.push(record?.startedAtMs);
    expect(await redis().pttl(`{test:tasks}:record:${task.id}`)).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return number === 1
      ? { kind: "failed", code: "handler_failed", message: "no", final: false }
      : { kind: "succeeded", result: null };
  });
  await write("twice", { name: "test", opts: '{"attempts":2,"backoff":{"type":"fixed","delay":5}}' });
  expect(await ended("twice")).toMatchObject({ status: "succeeded", attempt: 2, startedAtMs: startedAt[0] });
  expect(startedAt[1]).toBe(startedAt[0]);
});

test("a worker that could not write an end sets the task aside only while nobody else holds it", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  const id = parseTaskId(await enqueue({ data: "a" }));
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  const keys = createTaskKeys("test");
  const place = groupPlace(redis(), keys, recordPrelude(keys, undefined));
  await groupScripts.setAsideTask.run(place, { id, token: "of another worker", reason: "no" });
  expect(await queue().find(id)).toMatchObject({ status: "running" });
  const token = (await redis().get(`${queuePrefix}${id}:lock`)) ?? "";
  await groupScripts.setAsideTask.run(place, { id, token, reason: "no" });
  expect(await queue().find(id)).toMatchObject({ status: "failed", error: { code: "task_unreadable" } });
  await gate.release("a");
});

test("a job that holds NULs is read as it is, also where it comes with the end of another", async () => {
  const gate = createGate();
  await startWorker(gate.run, { concurrency: 1 });
  await write("first", { name: "test", data: '{"data":"one"}' });
  await eventually(() => expect(gate.running()).toEqual(["one"]));
  await write("second", { name: "test", data: '{"data":"two"}', 1: "before all\0others" });
  gate.releaseNow(["one"]);
  await gate.release("two");
  expect(await ended("second")).toMatchObject({ status: "succeeded", result: "two", enqueuedAtMs: 1_764_000_000_000 });
});
