import { expect, test } from "vitest";
import { createGate, useTasks } from "./testing/task-fixture.ts";

const { queue, redis, startWorker, queuePrefix } = useTasks();

const scripts = async () => {
  const stats = await redis().info("commandstats");
  return [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)].reduce((sum, [, calls]) => sum + Number(calls), 0);
};
const request = (data: string, own = {}) => ({ handler: "test", group: "g", data, ...own });

test("tasks that are enqueued together reach Redis in a few scripts, and run in their order", async () => {
  await queue().enqueue(request("first"));
  const names = Array.from({ length: 120 }, (_, index) => `t${index}`);
  const before = await scripts();
  await queue().enqueueMany(names.map((name) => request(name)));
  expect((await scripts()) - before).toBe(3);
  const started: string[] = [];
  await startWorker(async ({ task }) => {
    started.push(String(task.data));
    return { kind: "succeeded", result: null };
  });
  await expect.poll(() => started.length, { timeout: 10_000 }).toBe(121);
  expect(started).toEqual(["first", ...names]);
});

test("one that is refused is refused alone, and of two with one key the second is the first", async () => {
  await queue().groups.configure("full", { maxSize: 2 });
  const replies = await queue().enqueueMany([
    request("a", { group: "full" }),
    request("k", { idempotencyKey: "k" }),
    request("b", { group: "full" }),
    request("c", { group: "full" }),
    request("k", { idempotencyKey: "k" }),
    request("other", { idempotencyKey: "k" }),
    request("later", { idempotencyKey: "d", delayMs: 60_000 }),
    request("later", { idempotencyKey: "d", delayMs: 60_000 }),
    request("d"),
  ]);
  const told = replies.map((reply) => (reply instanceof Error ? reply.code : reply.duplicate));
  expect(told).toEqual([false, false, false, "group_full", true, "idempotency_conflict", false, true, false]);
  expect(await redis().zcard(`${queuePrefix}prioritized`)).toBe(4);
  expect(await redis().zcard(`${queuePrefix}delayed`)).toBe(1);
});

test("a task with a priority stands in front of what came before it", async () => {
  const gate = createGate();
  await queue().enqueueMany([request("last", { priority: 9 }), request("next", { priority: 1 }), request("first")]);
  await startWorker(gate.run);
  for (const name of ["first", "next", "last"]) {
    await expect.poll(gate.running).toEqual([name]);
    await gate.release(name);
  }
});

test("a job that stock clients read is as they write it", async () => {
  const { task } = await queue().enqueue(request("one", { priority: 3, attempts: 2 }));
  const job = await redis().hgetall(`${queuePrefix}${task.id}`);
  expect(job).toMatchObject({ name: "test", delay: "0", priority: "3", gid: "g" });
  expect(JSON.parse(job["opts"] ?? "")).toMatchObject({ attempts: 2, priority: 3 });
  const events = await redis().xrange(`${queuePrefix}events`, "-", "+");
  expect(events.map(([, fields]) => fields.filter((_, index) => index % 2 === 1).join(" "))).toEqual([
    `added ${task.id} test`,
    `waiting ${task.id}`,
  ]);
});

test("a small task is one piece of memory, and is run with all that was asked for", async () => {
  const asked = { user: "u", attempts: 7, backoff: { kind: "fixed", delayMs: 5 }, timeoutMs: 1_234 } as const;
  const { task } = await queue().enqueue(request("one", asked));
  expect(await redis().object("ENCODING", `${queuePrefix}${task.id}`)).toBe("listpack");
  const seen: object[] = [];
  await startWorker((attempt) => {
    seen.push(attempt.task);
    return Promise.resolve({ kind: "succeeded", result: null });
  });
  await expect.poll(() => seen).toEqual([{ id: task.id, handler: "test", group: "g", data: "one", ...asked }]);
});
