import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, startWorker, settled, groupKeys, queuePrefix } = useTasks();

const enqueue = async (name: string, options: object = {}) =>
  (await queue().enqueue({ handler: "test", data: name, group: "g", ...options })).task.id;

test("tasks of one group run one after the other in the order they were enqueued, over all workers", async () => {
  const started: string[] = [];
  let overlap = 0;
  let running = 0;
  const run = async ({ task }: { task: { data: unknown } }) => {
    started.push(String(task.data));
    overlap = Math.max(overlap, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return { kind: "succeeded", result: null } as const;
  };
  const names = Array.from({ length: 200 }, (_, index) => String(index));
  const replies = await queue().enqueueMany(names.map((data) => ({ handler: "test", data, group: "g" })));
  await Promise.all([1, 2, 3].map(() => startWorker(run)));
  const last = replies.at(-1);
  if (last === undefined || last instanceof Error) throw new Error("not enqueued");
  await settled(last.task.id);
  expect(started).toEqual(names);
  expect(overlap).toBe(1);
});

test("a task that failed runs again before the next of its group, also after a wait", async () => {
  const started: string[] = [];
  await startWorker(({ task, number }) => {
    started.push(`${String(task.data)}${number}`);
    return number < 3 && task.data === "a"
      ? Promise.reject(new Error("no"))
      : Promise.resolve({ kind: "succeeded", result: 1 });
  });
  await enqueue("a", { attempts: 3, backoff: { kind: "fixed", delayMs: 100 } });
  await settled(await enqueue("b"));
  expect(started).toEqual(["a1", "a2", "a3", "b1"]);
});

test("a task that is retried without a wait does not lose its place either", async () => {
  const started: string[] = [];
  await startWorker(({ task, number }) => {
    started.push(`${String(task.data)}${number}`);
    return number < 3 && task.data === "a"
      ? Promise.reject(new Error("no"))
      : Promise.resolve({ kind: "succeeded", result: 1 });
  });
  await enqueue("a", { attempts: 3, backoff: { kind: "fixed", delayMs: 0 } });
  await settled(await enqueue("b"));
  expect(started).toEqual(["a1", "a2", "a3", "b1"]);
});

test("with onFailure skip the group goes on, and the task returns to the head when its wait is over", async () => {
  await queue().groups.configure("g", { onFailure: "skip" });
  const gate = createGate();
  const started: string[] = [];
  await startWorker(async (attempt) => {
    started.push(`${String(attempt.task.data)}${attempt.number}`);
    if (attempt.task.data === "a" && attempt.number === 1) throw new Error("no");
    return gate.run(attempt);
  });
  const first = await enqueue("a", { attempts: 2, backoff: { kind: "fixed", delayMs: 50 } });
  for (const name of ["b", "c"]) await enqueue(name);
  await eventually(() => expect(started).toEqual(["a1", "b1"]));
  await eventually(async () => expect((await queue().groups.why(first)).state).toBe("maxed"));
  await gate.releaseAll(["b", "a", "c"]);
  await eventually(() => expect(started).toEqual(["a1", "b1", "a2", "c1"]));
});

test("a lower priority number runs first within its group, and only there", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  await enqueue("first");
  await eventually(() => expect(gate.started).toEqual(["first"]));
  await enqueue("low", { priority: 50 });
  await enqueue("other", { priority: 100, group: "h" });
  await enqueue("high", { priority: 1 });
  await enqueue("normal");
  await eventually(() => expect(gate.started).toContain("other"));
  await gate.releaseAll(["first", "normal", "high", "low"]);
  expect(gate.started.filter((name) => name !== "other")).toEqual(["first", "normal", "high", "low"]);
});

test("a delayed task enters its group when it is due, behind what came before that", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  // Long enough for the two behind it to be there before it is due.
  const late = await enqueue("late", { delayMs: 1_000 });
  await enqueue("a");
  await enqueue("b");
  await gate.release("a");
  await eventually(async () => expect((await queue().groups.get("g")).oldest?.id).toBe(late));
  await enqueue("c");
  await gate.releaseAll(["b", "late", "c"]);
  expect(gate.started).toEqual(["a", "b", "late", "c"]);
});

test("a task that its worker had to hand back runs before the next of its group", async () => {
  const gate = createGate();
  const stopping = await startWorker(
    (attempt) =>
      new Promise((_, reject) => {
        attempt.signal.addEventListener("abort", () => reject(new Error("aborted")));
        gate.started.push(`first ${String(attempt.task.data)}`);
      }),
    { concurrency: 1 },
  );
  await enqueue("a");
  await enqueue("b");
  await eventually(() => expect(gate.started).toEqual(["first a"]));
  await stopping.drain(10);
  await startWorker(gate.run);
  await gate.releaseAll(["a", "b"]);
  expect(gate.started).toEqual(["first a", "a", "b"]);
});

test("weights decide how often groups that have work are served", async () => {
  await queue().groups.configure("heavy", { weight: 3 });
  const started: string[] = [];
  const requests = Array.from({ length: 200 }, () =>
    ["heavy", "b", "c"].map((group) => ({ handler: "test", data: group, group })),
  );
  await queue().enqueueMany(requests.flat());
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  await startWorker(
    async ({ task }) => {
      started.push(task.group);
      if (started.length === 250) resolve();
      return { kind: "succeeded", result: null };
    },
    { concurrency: 1 },
  );
  await enough;
  const count = (group: string) => started.slice(0, 250).filter((one) => one === group).length;
  expect([count("heavy"), count("b"), count("c")]).toEqual([150, 50, 50]);
});

test("neither do the ungrouped starve a group nor a group with a long backlog the ungrouped", async () => {
  const started: string[] = [];
  const many = (group: string, length: number) => Array.from({ length }, () => ({ handler: "test", group }));
  await queue().enqueueMany([...many("", 300), ...many("noisy", 300), ...many("quiet", 5)]);
  const { promise: done, resolve } = Promise.withResolvers<void>();
  await startWorker(
    async ({ task }) => {
      started.push(task.group);
      if (started.length === 60) resolve();
      return { kind: "succeeded", result: null };
    },
    { concurrency: 1 },
  );
  await done;
  expect(started.slice(0, 15).filter((group) => group === "quiet")).toHaveLength(5);
  const later = started.slice(15, 55);
  expect(later.filter((group) => group === "noisy")).toHaveLength(20);
});

test("an idle group leaves no key, after success, failure, retries and cancellations", async () => {
  await startWorker(({ task, number }) =>
    task.data === "fails" || (task.data === "retried" && number === 1)
      ? Promise.reject(new Error("no"))
      : Promise.resolve({ kind: "succeeded", result: null }),
  );
  const ids = await Promise.all(
    ["a", "retried", "b"].flatMap((name) => ["g", "h", ""].map((group) => enqueue(name, { group, attempts: 2 }))),
  );
  await Promise.all(ids.map(settled));
  await queue().groups.pause("g");
  await queue().cancel(await enqueue("waits"));
  await queue().groups.resume("g");
  await eventually(async () => expect(await groupKeys()).toEqual([]));
  expect(await redis().hkeys(`${queuePrefix}g:times`)).toEqual(["\n"]);
});

test("a group that was idle starts by turns with one that was busy all the while: no credit for having been idle", async () => {
  const gate = createGate();
  await startWorker(gate.run, { concurrency: 1 });
  await enqueue("once", { group: "idle" });
  await gate.release("once");
  const earlier = Array.from({ length: 12 }, (_, index) => `earlier ${index}`);
  const six = (name: string) => Array.from({ length: 6 }, (_, index) => `${name} ${index}`);
  for (const name of [...earlier, ...six("busy")]) await enqueue(name, { group: "busy" });
  await gate.releaseAll(earlier.slice(0, -1));
  await eventually(() => expect(gate.running()).toEqual(["earlier 11"]));
  for (const name of six("idle")) await enqueue(name, { group: "idle" });
  await gate.release("earlier 11");
  for (let count = 14; count <= 25; count++) {
    await eventually(() => expect(gate.started).toHaveLength(count));
    await gate.release(gate.started.at(-1) ?? "");
  }
  const order = gate.started.slice(-12).map((name) => name.slice(0, 4));
  for (let pair = 0; pair < order.length; pair += 2) {
    expect(order.slice(pair, pair + 2).toSorted()).toEqual(["busy", "idle"]);
  }
});
