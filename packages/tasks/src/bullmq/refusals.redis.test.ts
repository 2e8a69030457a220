import { setTimeout as sleep } from "node:timers/promises";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fateOf } from "@switchyard/redis/command-fate";
import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, expect, test } from "vitest";
import { createGate, useTasks } from "./testing/task-fixture.ts";

/** Redis answers, and what it answers is no: it is full, or does not take writes for now. */

const { queue, redis, openQueue, startWorker, settled, queuePrefix } = useTasks({ lockDuration: "1s" });
const lockOf = (taskId: string) => `${queuePrefix}${taskId}:lock`;

const refusals = {
  READONLY: {
    begin: () => redis().replicaof("127.0.0.1", 1),
    end: () => redis().replicaof("NO", "ONE"),
  },
  NOREPLICAS: {
    begin: () => redis().config("SET", "min-replicas-to-write", 1),
    end: () => redis().config("SET", "min-replicas-to-write", 0),
  },
  MISCONF: {
    async begin() {
      // A snapshot is written beside the last one and moved over it, which a directory in its place does not allow.
      await rm(await snapshotPath(), { force: true });
      await mkdir(await snapshotPath());
      await redis().config("SET", "save", "3600 1");
      await saveUntil("err");
    },
    async end() {
      await rm(await snapshotPath(), { recursive: true, force: true });
      await redis().config("SET", "save", "");
      await saveUntil("ok");
    },
  },
} as const;

async function snapshotPath(): Promise<string> {
  const [, directory = ""] = (await redis().config("GET", "dir")) as string[];
  return join(directory, "dump.rdb");
}

async function saveUntil(status: "ok" | "err"): Promise<void> {
  await redis().bgsave();
  await eventually(async () => {
    const state = await redis().info("persistence");
    expect(state).toContain("rdb_bgsave_in_progress:0");
    expect(state).toContain(`rdb_last_bgsave_status:${status}`);
  });
}
const fill = () => redis().config("SET", "maxmemory", 1);
const relieve = () => redis().config("SET", "maxmemory", 0);
afterEach(async () => {
  await relieve();
  for (const refusal of Object.values(refusals)) await refusal.end();
});

/** How many commands Redis has refused with this code. */
async function refused(code: string): Promise<number> {
  const stats = await redis().info("errorstats");
  return Number(new RegExp(`errorstat_${code}:count=(\\d+)`).exec(stats)?.[1] ?? 0);
}

test.each(["READONLY", "NOREPLICAS", "MISCONF"] as const)(
  "a task that ends while Redis refuses writes with %s keeps its result, runs once, and the worker goes on",
  async (code) => {
    const gate = createGate();
    await startWorker(gate.run);
    const { task } = await queue().enqueue({ handler: "test", data: "held" });
    await eventually(() => expect(gate.running()).toEqual(["held"]));
    const before = await refused(code);
    await refusals[code].begin();
    await gate.release("held");
    // The end was refused more than once, and by then the lock has run out.
    await eventually(async () => expect(await refused(code)).toBeGreaterThan(before + 1));
    await eventually(async () => expect(await redis().exists(lockOf(task.id))).toBe(0));
    await refusals[code].end();
    expect(await settled(task.id)).toMatchObject({ status: "succeeded", result: "held", attempt: 1 });
    expect(gate.started).toEqual(["held"]);
    const after = await queue().enqueue({ handler: "test", data: "after" });
    await gate.release("after");
    expect(await settled(after.task.id)).toMatchObject({ status: "succeeded" });
  },
);

test("a worker that is refused tasks asks again, but not in a hurry", async () => {
  await queue().enqueueMany(Array.from({ length: 200 }, (_, data) => ({ handler: "test", group: `g${data}`, data })));
  let runs = 0;
  // The first ten start before Redis refuses, and the next are asked for after it.
  const refusing = Promise.withResolvers<void>();
  await startWorker(
    async () => {
      if (++runs === 10) await refusals.READONLY.begin().then(() => refusing.resolve());
      await refusing.promise;
      return { kind: "succeeded", result: null };
    },
    { concurrency: 10 },
  );
  await refusing.promise;
  const [sinceMs, since] = [performance.now(), await refused("READONLY")];
  // Well below the lock of a second, after which tasks are run again.
  await sleep(450);
  // Ten ends, some of them together, and one fetch, each five times a second; in a hurry it is thousands.
  const perSecond = ((await refused("READONLY")) - since) / ((performance.now() - sinceMs) / 1_000);
  expect(perSecond).toBeGreaterThan(2);
  expect(perSecond).toBeLessThan(150);
  await refusals.READONLY.end();
  await eventually(() => expect(runs).toBe(200));
});

test("while Redis is full nothing comes in, what is in is worked off, and nothing gets lost on the way", async () => {
  const gate = createGate();
  const names = Array.from({ length: 40 }, (_, index) => `task ${index}`);
  const requests = names.map((data, index) => ({ handler: "test", group: `g${index % 4}`, data }));
  const replies = await queue().enqueueMany(requests);
  await fill();
  await expect(queue().enqueue({ handler: "test", data: "late" })).rejects.toThrow("OOM");
  await startWorker(gate.run);
  await gate.releaseAll(names);
  for (const reply of replies) {
    if (reply instanceof Error) throw reply;
    expect(await settled(reply.task.id)).toMatchObject({ status: "succeeded" });
  }
  expect(gate.started.toSorted()).toEqual(names.toSorted());
  await relieve();
  const after = await queue().enqueue({ handler: "test", data: "after" });
  await gate.release("after");
  expect(await settled(after.task.id)).toMatchObject({ status: "succeeded" });
});

test("of a batch that filled Redis up nobody says that nothing of it was taken", async () => {
  const data = "x".repeat(60_000);
  const requests = Array.from({ length: 20 }, () => ({ handler: "test", data }));
  const used = Number(/used_memory:(\d+)/.exec(await redis().info("memory"))?.[1]);
  await redis().config("SET", "maxmemory", used + 600_000);
  const failure = await queue()
    .enqueueMany(requests)
    .catch((error: unknown) => error);
  expect(fateOf(failure)).toBe("unknown");
  expect((failure as Error).cause).toMatchObject({ message: expect.stringContaining("OOM") });
  expect(await redis().zcard(`${queuePrefix}prioritized`)).toBeGreaterThan(0);
  await fill();
  const refused = await queue()
    .enqueueMany(requests)
    .catch((error: unknown) => error);
  expect(fateOf(refused)).toBe("refused");
});

test("a task that runs while Redis is full stays its worker's, however long", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  const { task } = await queue().enqueue({ handler: "test", data: "long" });
  await eventually(() => expect(gate.running()).toEqual(["long"]));
  await fill();
  let renewals = 0;
  let leftMs = Infinity;
  await eventually(
    async () => {
      const now = await redis().pttl(lockOf(task.id));
      if (now > leftMs) renewals += 1;
      leftMs = now;
      expect(renewals).toBeGreaterThan(3);
    },
    { timeoutMs: 8_000 },
  );
  await gate.release("long");
  expect(await settled(task.id)).toMatchObject({ status: "succeeded", attempt: 1 });
  expect(gate.started).toEqual(["long"]);
});

test("who enqueues can start while Redis is full", async () => {
  await redis().flushall();
  await fill();
  const late = await openQueue();
  await expect(late.enqueue({ handler: "test", data: "late" })).rejects.toThrow("OOM");
  await relieve();
  expect(await late.enqueue({ handler: "test", data: "later" })).toMatchObject({ duplicate: false });
  await late.close();
});
