import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import type { RunAttempt } from "../../task-worker.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, startWorker, settled, queuePrefix } = useTasks();
/** This worker does not notice within a test that its lock is gone. */
const slowToNotice = checkSettings({ tasks: { lock_duration: "20s" } }).tasks;
/** And this one looks for lost tasks three times a second. */
const quickToNotice = checkSettings({ tasks: { lock_duration: "1s" } }).tasks;

test("a task that was put back and not started again may still fail: nothing of its group overtakes its next attempt", async () => {
  const started: string[] = [];
  const gate = createGate();
  const run: RunAttempt = async (attempt) => {
    started.push(`${String(attempt.task.data)}${attempt.number}`);
    if (attempt.task.data !== "a" || attempt.number > 1) return { kind: "succeeded", result: null };
    await gate.run(attempt);
    throw new Error("no");
  };
  const enqueue = async (data: string) =>
    (
      await queue().enqueue({
        handler: "test",
        group: "g",
        data,
        attempts: 2,
        backoff: { kind: "fixed", delayMs: 300 },
      })
    ).task.id;
  await startWorker(run, { settings: slowToNotice });
  const first = await enqueue("a");
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  const last = await enqueue("b");

  // Somebody else finds it without a lock and puts it back; nobody starts it, as its group is paused.
  await queue().groups.pause("g");
  await redis().del(`${queuePrefix}${first}:lock`);
  await startWorker(run, { settings: quickToNotice });
  await eventually(async () => {
    // The worker that looks seldom has said that it has looked.
    await redis().del(`${queuePrefix}stalled-check`);
    expect(await redis().zscore(`${queuePrefix}prioritized`, first)).not.toBeNull();
  });
  await gate.release("a");
  await eventually(async () => expect((await queue().find(first))?.status).toBe("retrying"));
  await queue().groups.resume("g");

  await settled(last);
  expect(started).toEqual(["a1", "a2", "b1"]);
});

/** Its lock is gone, and somebody who looks puts the task back. */
async function loseLock(taskId: string): Promise<void> {
  await redis().del(`${queuePrefix}${taskId}:lock`);
  await eventually(async () => {
    await redis().del(`${queuePrefix}stalled-check`);
    expect(await redis().lpos(`${queuePrefix}active`, taskId)).toBeNull();
  });
}

test("the end that a lost worker is refused does not cost its group the place of the execution that followed", async () => {
  const [zombie, second] = [createGate(), createGate()];
  const enqueue = async (data: string, group = "g") =>
    (await queue().enqueue({ handler: "test", group, data })).task.id;
  const lost = await startWorker(zombie.run, { settings: slowToNotice, concurrency: 1 });
  const first = await enqueue("a");
  await eventually(() => expect(zombie.running()).toEqual(["a"]));
  await queue().groups.pause("g");
  await startWorker(second.run, { settings: quickToNotice });
  await loseLock(first);
  await queue().groups.resume("g");
  await eventually(() => expect(second.running()).toEqual(["a"]));
  const next = await enqueue("b");
  await zombie.release("a");
  // Whoever fetches now has heard of the refused end.
  await enqueue("elsewhere", "h");
  await eventually(() => expect([...zombie.started, ...second.started]).toContain("elsewhere"));
  expect([...zombie.started, ...second.started]).not.toContain("b");
  expect(await queue().groups.get("g")).toMatchObject({ active: 1, waiting: 1, status: "maxed" });
  await second.release("a");
  await eventually(() => expect([...zombie.started, ...second.started]).toContain("b"));
  expect(await settled(first)).toMatchObject({ status: "succeeded" });
  for (const gate of [zombie, second]) gate.releaseNow(["elsewhere", "b"]);
  await settled(next);
  await lost.drain(1_000);
});

test("an end comes too late when the task was started again, though nobody holds its lock", async () => {
  const [zombie, second] = [createGate(), createGate()];
  await startWorker(async (attempt) => ({ ...(await zombie.run(attempt)), result: "old" }), {
    settings: slowToNotice,
    concurrency: 1,
  });
  const { task } = await queue().enqueue({ handler: "test", group: "g", data: "a" });
  await eventually(() => expect(zombie.running()).toEqual(["a"]));
  await queue().groups.pause("g");
  const looking = await startWorker(second.run, { settings: quickToNotice });
  await loseLock(task.id);
  await looking.drain(1_000);
  await queue().groups.resume("g");
  await startWorker(async (attempt) => ({ ...(await second.run(attempt)), result: "new" }), { settings: slowToNotice });
  await eventually(() => expect(second.running()).toEqual(["a"]));
  await redis().del(`${queuePrefix}${task.id}:lock`);
  await zombie.release("a");
  const { task: after } = await queue().enqueue({ handler: "test", group: "h", data: "after" });
  await eventually(() => expect([...zombie.started, ...second.started]).toContain("after"));
  expect(await queue().find(task.id)).toMatchObject({ status: "running" });
  expect(await redis().lpos(`${queuePrefix}active`, task.id)).not.toBeNull();
  await second.release("a");
  expect(await settled(task.id)).toMatchObject({ status: "succeeded", result: "new" });
  for (const gate of [zombie, second]) gate.releaseNow(["after"]);
  await settled(after.id);
});

/** Another worker has the task by now, and runs it; this one has not noticed. */
const giveAway = (taskId: string) => redis().set(`${queuePrefix}${taskId}:lock`, "of another worker");

test("a refused end leaves its place to the other worker that runs the task, and the next of the group waits", async () => {
  const gate = createGate();
  await startWorker(gate.run, { settings: slowToNotice, concurrency: 1 });
  const enqueue = (data: string, group = "g") => queue().enqueue({ handler: "test", group, data });
  const { task } = await enqueue("a");
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  await enqueue("b");
  await giveAway(task.id);
  await gate.release("a");
  await enqueue("elsewhere", "h");
  await gate.release("elsewhere");
  expect(await queue().groups.get("g")).toMatchObject({ active: 1, waiting: 1, status: "maxed" });
  expect(gate.started).toEqual(["a", "elsewhere"]);
});

test("what a refused end has looked at for its worker costs no place and no part of a rate", async () => {
  const gate = createGate();
  await queue().groups.configure("rated", { rate: { max: 1, perMs: 600_000 } });
  await startWorker(gate.run, { settings: slowToNotice, concurrency: 1 });
  const { task } = await queue().enqueue({ handler: "test", group: "g", data: "a" });
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  const { task: next } = await queue().enqueue({ handler: "test", group: "rated", data: "next" });
  await giveAway(task.id);
  await gate.release("a");
  await gate.release("next");
  expect(await settled(next.id)).toMatchObject({ status: "succeeded" });
});

test("the place that a refused end has left to another worker is given back when that one is lost, too", async () => {
  const gate = createGate();
  await startWorker(gate.run, { settings: slowToNotice, concurrency: 1 });
  const enqueue = (data: string, group = "g") => queue().enqueue({ handler: "test", group, data });
  const { task } = await enqueue("a");
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  await giveAway(task.id);
  await gate.release("a");
  await enqueue("elsewhere", "h");
  await gate.release("elsewhere");
  await redis().lrem(`${queuePrefix}active`, 1, task.id);
  await redis().del(`${queuePrefix}${task.id}`, `${queuePrefix}${task.id}:lock`, `${queuePrefix}g:checked`);
  const { task: next } = await enqueue("b");
  await startWorker(gate.run, { settings: quickToNotice });
  await gate.release("b");
  expect(await settled(next.id)).toMatchObject({ status: "succeeded" });
});

test("a task that failed for good makes room for the next of its group at once, not with the next check", async () => {
  const run: RunAttempt = ({ task }) =>
    Promise.resolve(
      task.data === "a"
        ? { kind: "failed", code: "handler_failed", message: "no", final: true }
        : { kind: "succeeded", result: null },
    );
  await startWorker(run, { settings: slowToNotice });
  await queue().enqueue({ handler: "test", group: "g", data: "a" });
  const { task } = await queue().enqueue({ handler: "test", group: "g", data: "b" });
  await eventually(async () => expect(await queue().find(task.id)).toMatchObject({ status: "succeeded" }));
});
