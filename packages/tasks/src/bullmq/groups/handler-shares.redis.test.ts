import { setTimeout as sleep } from "node:timers/promises";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import type { Outcome, RunAttempt } from "../../task-worker.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, queuePrefix, groupKeys, startWorker, settled } = useTasks();

const sharedBy = (concurrency: number) =>
  checkSettings({
    handlers: {
      slow: { kind: "module", module: "./slow.ts", concurrency },
      quick: { kind: "module", module: "./q.ts" },
    },
  }).handlers;

/** Of how many attempts of a handler the most have run at the same time. Those of `quick` wait for each other until four do. */
function createCounter(outcome: () => Outcome = () => ({ kind: "succeeded", result: null })) {
  const now = new Map<string, number>();
  const most = new Map<string, number>();
  const together = Promise.withResolvers<void>();
  const run: RunAttempt = async ({ task: { handler } }) => {
    const count = (now.get(handler) ?? 0) + 1;
    now.set(handler, count);
    most.set(handler, Math.max(count, most.get(handler) ?? 0));
    if (handler === "quick" && count > 3) together.resolve();
    if (handler === "quick") await Promise.race([together.promise, sleep(5_000)]);
    await sleep(Math.random() * 8);
    now.set(handler, (now.get(handler) ?? 0) - 1);
    return outcome();
  };
  return { run, most };
}

async function enqueueAll(requests: readonly object[]): Promise<string[]> {
  const replies = await queue().enqueueMany(requests as readonly { handler: string }[]);
  return replies.map((reply) => ("task" in reply ? reply.task.id : ""));
}

test("over all workers and groups no more tasks of a handler run than its share, and all of them do in the end", async () => {
  const { run, most } = createCounter(() =>
    Math.random() < 0.2
      ? { kind: "failed", code: "handler_failed", message: "no", final: false }
      : { kind: "succeeded", result: null },
  );
  for (let index = 0; index < 3; index += 1) await startWorker(run, { handlers: sharedBy(3) });
  const groups = [undefined, "a", "b", "c", "d"];
  const ids = await enqueueAll(
    Array.from({ length: 120 }, (_, index) => {
      const group = groups[Math.floor(Math.random() * groups.length)];
      const delayMs = index % 10 === 0 ? Math.floor(Math.random() * 200) : 0;
      const backoff = { kind: "fixed", delayMs: 1 };
      return { handler: index % 3 === 0 ? "quick" : "slow", group, delayMs, attempts: 30, backoff };
    }),
  );
  const records = await Promise.all(ids.map((id) => settled(id)));
  expect(records.every(({ status }) => status === "succeeded")).toBe(true);
  expect(most.get("slow")).toBe(3);
  expect(most.get("quick")).toBeGreaterThan(3);
  await eventually(async () => expect(await groupKeys()).toEqual([`${queuePrefix}g:shares`]));
});

test("what waits for a share holds up no ungrouped task of another handler, and no other group", async () => {
  const gate = createGate();
  await startWorker(gate.run, { handlers: sharedBy(1) });
  await enqueueAll(Array.from({ length: 30 }, (_, index) => ({ handler: "slow", data: `slow ${index}` })));
  await enqueueAll([{ handler: "slow", data: "in its group", group: "g" }]);
  await enqueueAll([
    { handler: "quick", data: "ungrouped" },
    { handler: "quick", data: "grouped", group: "h" },
  ]);
  await eventually(() => expect(gate.started.toSorted()).toEqual(["grouped", "slow 0", "ungrouped"]));
  expect(await queue().groups.get("")).toMatchObject({ waiting: 29, active: 2 });
  expect(await queue().backlog()).toMatchObject({ counts: { queued: 30, running: 3 }, runnable: 0 });
});

test("of what waits for a handler no more is runnable than its share has room for, whether a worker has looked at it or not", async () => {
  const worker = await startWorker(createGate().run, { handlers: sharedBy(3) });
  await worker.drain(5_000);
  await worker.close();
  await enqueueAll(
    Array.from({ length: 20 }, (_, index) => ({ handler: "slow", ...(index > 9 && { group: String(index) }) })),
  );
  await enqueueAll([{ handler: "quick" }]);
  const { runnable, handlers } = await queue().backlog();
  expect({ runnable, handlers }).toMatchObject({
    runnable: 4,
    handlers: [
      { handler: "slow", runnable: 3, retrying: 0 },
      { handler: "quick", runnable: 1, retrying: 0 },
    ],
  });
});

test("within a group a task that waits for a share is overtaken by none, and `why` says what it waits for", async () => {
  const gate = createGate();
  await startWorker(gate.run, { handlers: sharedBy(1) });
  await enqueueAll([{ handler: "slow", data: "first" }]);
  await eventually(() => expect(gate.started).toEqual(["first"]));
  const [waits = ""] = await enqueueAll([
    { handler: "slow", data: "second", group: "g" },
    { handler: "quick", data: "third", group: "g" },
  ]);
  await eventually(async () => expect(await redis().zcard(`${queuePrefix}g:parked:slow`)).toBe(1));
  expect(await queue().groups.why(waits)).toEqual({ state: "handler_maxed", group: "g", ahead: 0, limit: 1 });
  await gate.releaseAll(["first", "second", "third"]);
  expect(gate.started).toEqual(["first", "second", "third"]);
});

test("between two attempts a task leaves its share to others", async () => {
  const run: RunAttempt = async ({ task }) =>
    task.data === "fails"
      ? { kind: "failed", code: "handler_failed", message: "no", final: false }
      : { kind: "succeeded", result: null };
  const [fails = "", other = ""] = await enqueueAll([
    { handler: "slow", group: "g", data: "fails", backoff: { kind: "fixed", delayMs: 600_000 } },
    { handler: "slow", group: "h", data: "other" },
  ]);
  await startWorker(run, { handlers: sharedBy(1) });
  expect(await settled(other)).toMatchObject({ status: "succeeded" });
  expect(await queue().find(fails)).toMatchObject({ status: "retrying", attempt: 1 });
});

test("a larger share holds at once, and none is none, also for what waits already", async () => {
  const gate = createGate();
  await startWorker(gate.run, { handlers: sharedBy(1) });
  const names = Array.from({ length: 10 }, (_, index) => String(index));
  await enqueueAll(names.map((data, index) => ({ handler: "slow", data, ...(index > 5 && { group: data }) })));
  await eventually(() => expect(gate.started).toHaveLength(1));
  await startWorker(gate.run, { handlers: sharedBy(4) });
  await eventually(() => expect(gate.started).toHaveLength(4));
  const { slow: _, ...without } = sharedBy(1);
  await startWorker(gate.run, { handlers: { ...without, slow: { kind: "module", module: "./slow.ts" } } });
  await eventually(() => expect(gate.started).toHaveLength(10));
});

test("a task that waits for a share is cancelled as any, alone and with its group, and leaves nothing", async () => {
  const gate = createGate();
  await startWorker(gate.run, { handlers: sharedBy(1) });
  const [, alone = ""] = await enqueueAll(
    Array.from({ length: 40 }, (_, data) => ({ handler: "slow", data: String(data) })),
  );
  await enqueueAll([{ handler: "slow", data: "grouped", group: "g" }]);
  await eventually(async () => expect(await redis().zcard(`${queuePrefix}g:parked:slow`)).toBe(1));
  expect(await queue().cancel(alone)).toMatchObject({ verdict: "cancelled" });
  expect(await queue().groups.drain("")).toBe(38);
  expect(await queue().groups.drain("g")).toBe(1);
  await gate.release("0");
  await eventually(async () => expect(await groupKeys()).toEqual([`${queuePrefix}g:shares`]));
  expect(gate.started).toEqual(["0"]);
});

test("the share of a task that was deleted under its worker is free again after the next look through the index", async () => {
  await startWorker(createGate().run, { handlers: sharedBy(1) });
  await redis().set(`${queuePrefix}g:checked`, "1");
  await redis().hset(`${queuePrefix}g:shared`, "gone", "slow");
  await redis().sadd(`${queuePrefix}g:h:slow`, "gone");
  const [waits = ""] = await enqueueAll([{ handler: "slow", data: "waits" }]);
  await eventually(async () => expect(await redis().zcard(`${queuePrefix}g:aside:slow`)).toBe(1));
  await redis().del(`${queuePrefix}g:checked`);
  await eventually(async () => expect(await queue().groups.why(waits)).toMatchObject({ state: "running" }));
});

test("what waits for a share is told with it: ungrouped tasks, and groups behind whose first task all wait", async () => {
  const gate = Promise.withResolvers<Outcome>();
  await startWorker(() => gate.promise, { handlers: sharedBy(1) });
  const groups = [undefined, undefined, undefined, "a", "a", "b"];
  const ids = await enqueueAll(groups.map((group) => ({ handler: "slow", group })));
  await eventually(async () => {
    const { shares, runnable } = await queue().backlog();
    expect({ shares, runnable }).toEqual({
      shares: [{ handler: "slow", limit: 1, running: 1, waitingTasks: 2, waitingGroups: 2 }],
      runnable: 0,
    });
  });
  const told = await Promise.all(ids.slice(0, 3).map((id) => queue().groups.why(id)));
  const aheadOf = told.flatMap((why) => (why.state === "handler_maxed" ? [why.ahead] : []));
  expect(aheadOf.toSorted((a, b) => a - b)).toEqual([0, 1]);
  gate.resolve({ kind: "succeeded", result: null });
  await Promise.all(ids.map((id) => settled(id)));
  await eventually(async () =>
    expect((await queue().backlog()).shares).toEqual([
      { handler: "slow", limit: 1, running: 0, waitingTasks: 0, waitingGroups: 0 },
    ]),
  );
});
