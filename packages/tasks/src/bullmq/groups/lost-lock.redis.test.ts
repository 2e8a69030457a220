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
