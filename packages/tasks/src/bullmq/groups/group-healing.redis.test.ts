import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, startWorker, settled, queuePrefix } = useTasks();

const enqueue = async (name: string, options: object = {}) =>
  (await queue().enqueue({ handler: "test", data: name, group: "g", ...options })).task.id;
const indexKeys = async () => (await redis().keys(`${queuePrefix}g:*`)).filter((key) => !key.endsWith(":seq"));

test("an index that was lost as a whole is made anew from the queue's own keys, places of running tasks included", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  const ids = [await enqueue("a"), await enqueue("b"), await enqueue("c", { priority: 3 }), await enqueue("d")];
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  await redis().del(...(await indexKeys()));
  expect(await queue().groups.rebuild()).toEqual({ tasks: 4, restored: 4 });
  expect(await queue().groups.rebuild()).toEqual({ tasks: 4, restored: 0 });
  expect(await queue().groups.get("g")).toMatchObject({ active: 1, waiting: 3, status: "maxed" });
  await gate.releaseAll(["a", "b", "d", "c"]);
  await Promise.all(ids.map(settled));
  expect(gate.started).toEqual(["a", "b", "d", "c"]);
});

test("a task between two attempts has its place back with an index that is made anew", async () => {
  await startWorker(() => Promise.reject(new Error("no")));
  const held = await enqueue("a", { attempts: 2, backoff: { kind: "fixed", delayMs: 60_000 } });
  await enqueue("b");
  await eventually(async () => expect((await queue().find(held))?.status).toBe("retrying"));
  await redis().del(...(await indexKeys()));
  expect(await queue().groups.rebuild()).toEqual({ tasks: 2, restored: 2 });
  expect(await queue().groups.get("g")).toMatchObject({ held: 1, waiting: 1, status: "maxed" });
});

test("a worker that starts makes good an index that was lost", async () => {
  const last = [await enqueue("a"), await enqueue("b")][1] ?? "";
  await redis().del(...(await indexKeys()));
  const gate = createGate();
  await startWorker(gate.run);
  await gate.releaseAll(["a", "b"]);
  expect((await settled(last)).status).toBe("succeeded");
});

test("of the workers that start while tasks wait one looks through the queue, and none when it was empty at first", async () => {
  const whole = `${queuePrefix}g:whole:2`;
  const looks = async () => Number(/^cmdstat_zscan:calls=(\d+)/m.exec(await redis().info("commandstats"))?.[1] ?? 0);
  const before = await looks();
  const gate = createGate();
  // The queue has seen that there is nothing in it.
  await enqueue("a");
  await enqueue("b");
  await startWorker(gate.run);
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  expect(await looks()).toBe(before);

  await redis().del(whole);
  await startWorker(gate.run);
  await eventually(async () => expect(await redis().pttl(whole)).toBeGreaterThan(80_000_000));
  const after = await looks();
  expect(after).toBeGreaterThan(before);
  await startWorker(gate.run);
  await gate.releaseAll(["a", "b"]);
  expect(await looks()).toBe(after);
});

test("a place whose task was deleted under our feet is given back by the next check", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  const lost = await enqueue("a");
  const next = await enqueue("b");
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  // What a cleaning script of somebody's would do.
  await redis().lrem(`${queuePrefix}active`, 1, lost);
  await redis().del(`${queuePrefix}${lost}`, `${queuePrefix}${lost}:lock`, `${queuePrefix}g:checked`);
  await gate.release("b");
  expect((await settled(next)).status).toBe("succeeded");
});

test("tasks deleted or taken out by hand while they wait do not stop their group", async () => {
  const ids = [await enqueue("a"), await enqueue("b"), await enqueue("c")];
  await redis().zrem(`${queuePrefix}prioritized`, ids[0] ?? "");
  await redis().del(`${queuePrefix}${ids[1]}`);
  const gate = createGate();
  await startWorker(gate.run);
  await gate.release("c");
  expect((await settled(ids[2] ?? "")).status).toBe("succeeded");
});

test("a task between two attempts keeps its place when the places are checked", async () => {
  const started: unknown[] = [];
  await startWorker(({ task }) => {
    started.push(task.data);
    return Promise.reject(new Error("no"));
  });
  const held = await enqueue("a", { attempts: 2, backoff: { kind: "fixed", delayMs: 60_000 } });
  await eventually(async () => expect((await queue().find(held))?.status).toBe("retrying"));
  await enqueue("b");
  await redis().del(`${queuePrefix}g:checked`);
  await eventually(async () => expect(await redis().exists(`${queuePrefix}g:checked`)).toBe(1));
  expect(await queue().groups.get("g")).toMatchObject({ held: 1, waiting: 1, status: "maxed" });
  expect(started).toEqual(["a"]);
});
