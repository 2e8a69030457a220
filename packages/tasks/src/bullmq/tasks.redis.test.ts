import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { isSettled, type TaskRecord } from "../task.ts";
import type { EnqueueRequest, TaskQueue } from "../task-queue.ts";
import { TaskRejection } from "../task-rejection.ts";
import type { RunAttempt, TaskWorker } from "../task-worker.ts";
import { createBullQueue } from "./bullmq-queue.ts";
import { createBullWorker, type BullWorkerOptions } from "./bullmq-worker.ts";
import { openDashboardQueue } from "./dashboard-queue.ts";

const logger = createLogger({ app: "test", level: "silent" });
// No test here is about lost workers. With a short lock, one that is kept waiting for seconds, as on a busy machine, may find its
// own task put back into the queue by the look for lost ones.
const settings = checkSettings({ tasks: { lock_duration: "30s", backoff: "10ms" } });
const succeed: RunAttempt = ({ task }) => Promise.resolve({ kind: "succeeded", result: { echo: task.data } });

/** Tells every change a worker makes of a record on one channel, in the step that makes it. */
const announcement = {
  lua: `local function announceRecord(_, _, body) redis.call("PUBLISH", "announced", body) return "" end
local function recordChannel() return "announced" end
local function recordIsWatched() return true end
local function anyIsWatched() return true end`,
};

let server: TestRedis;
let queue: TaskQueue;
let workers: TaskWorker[] = [];
let ear: Redis;
let announced: TaskRecord[] = [];
const redis = () => ({ url: server.url, prefix: "test" });
const common = () => ({ redis: redis(), logger, settings: settings.tasks, handlers: settings.handlers });

beforeAll(async () => {
  server = await startTestRedis();
  ear = new Redis(server.url);
  await ear.subscribe("announced");
  ear.on("message", (_channel, body: string) => announced.push(JSON.parse(body) as TaskRecord));
});
beforeEach(async () => {
  announced = [];
  queue = await createBullQueue(common());
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  workers = [];
  await queue.close();
  await server.flush();
});
afterAll(async () => {
  ear.disconnect();
  await server.close();
});

/** What it announces is heard of a moment later than its end, on another connection. */
async function startWorker(run: RunAttempt, options: Partial<BullWorkerOptions> = {}): Promise<TaskWorker> {
  const worker = await createBullWorker({
    ...common(),
    concurrency: 5,
    run,
    graceMs: 100,
    announcement,
    onSettled: () => undefined,
    ...options,
  });
  workers.push(worker);
  worker.start();
  return worker;
}

async function runToEnd(request: Partial<EnqueueRequest>): Promise<TaskRecord> {
  const { task } = await queue.enqueue({ handler: "test", ...request });
  return settled(task.id);
}

async function settled(taskId: string): Promise<TaskRecord> {
  const record = await queue.waitForSettled(taskId, 10_000);
  if (record === undefined || !isSettled(record.status)) throw new Error(`not settled: ${JSON.stringify(record)}`);
  return record;
}

test("the task of the seeds runs as it stands and its result is in the record", async () => {
  await startWorker(succeed);
  const record = await runToEnd({ data: { test: "test" }, group: "1" });
  expect(record).toMatchObject({
    status: "succeeded",
    result: { echo: { test: "test" } },
    group: "1",
    attempt: 1,
    percent: 100,
    error: null,
    seq: 3,
  });
  await eventually(() =>
    expect(announced.map(({ status, seq }) => [status, seq])).toEqual([
      ["running", 2],
      ["succeeded", 3],
    ]),
  );
});

test("the first record is there at once, queued and with seq 1", async () => {
  const { task } = await queue.enqueue({ handler: "test", user: "u" });
  const first = { id: task.id, status: "queued", seq: 1, user: "u", result: null, startedAtMs: null };
  expect(await queue.find(task.id)).toMatchObject(first);
});

test("the end of a record and the end of its job are one step", async () => {
  const dashboard = await openDashboardQueue(redis());
  const stateWhen = (status: string) =>
    eventually(async () => {
      expect(announced.at(-1)).toMatchObject({ status });
      return dashboard.queue.getJobState(announced[0]?.id ?? "");
    });
  const gate = Promise.withResolvers<void>();
  await startWorker(async (attempt) => {
    await gate.promise;
    return succeed(attempt);
  });
  await queue.enqueue({ handler: "test" });
  expect(await stateWhen("running")).toBe("active");
  gate.resolve();
  expect(await stateWhen("succeeded")).toBe("completed");
  await dashboard.close();
});

test("a failing task is retried with growing seq until its attempts are used up", async () => {
  await startWorker(() => Promise.reject(new Error("no disk")));
  const record = await runToEnd({ attempts: 3, backoff: { delayMs: 10, kind: "fixed" } });
  expect(record).toMatchObject({ status: "failed", attempt: 3, error: { code: "handler_failed", message: "no disk" } });
  await eventually(() =>
    expect(announced.map(({ status, attempt }) => `${status} ${attempt}`)).toEqual(
      [1, 2, 3].flatMap((attempt) => [`running ${attempt}`, `${attempt < 3 ? "retrying" : "failed"} ${attempt}`]),
    ),
  );
  expect(announced.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7]);
});

test("a task that fails first and succeeds then has one result and no error", async () => {
  await startWorker(({ number }) =>
    number < 3 ? Promise.reject(new Error("not yet")) : Promise.resolve({ kind: "succeeded", result: number }),
  );
  expect(await runToEnd({ attempts: 3 })).toMatchObject({ status: "succeeded", result: 3, error: null, attempt: 3 });
});

test("a final failure is not repeated", async () => {
  await startWorker(() => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no such", final: true }));
  expect(await runToEnd({ attempts: 5 })).toMatchObject({
    status: "failed",
    attempt: 1,
    error: { code: "handler_failed" },
  });
});

test("a handler that ignores its timeout is failed all the same and does not hold its place", async () => {
  await startWorker(() => new Promise(() => undefined), { concurrency: 1 });
  const records = await Promise.all([1, 2].map(() => runToEnd({ attempts: 1, timeoutMs: 50 })));
  expect(records.map(({ error }) => error?.code)).toEqual(["timeout", "timeout"]);
});

test("a result over the bound fails the task at once with the bound in the text", async () => {
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: "x".repeat(70_000) }));
  const record = await runToEnd({ attempts: 3 });
  expect(record).toMatchObject({ status: "failed", attempt: 1, result: null, error: { code: "result_too_large" } });
  expect(record.error?.message).toContain("65536");
});

test("a thousand progress calls become a few announcements, the last of them among them", async () => {
  await startWorker(({ progress }) => {
    for (let step = 1; step <= 1_000; step++) progress(step / 10, `step ${step}`);
    return Promise.resolve({ kind: "succeeded", result: null });
  });
  const record = await runToEnd({});
  expect(record).toMatchObject({ percent: 100, message: "step 1000" });
  await eventually(() => expect(announced.at(-1)).toMatchObject({ status: "succeeded", percent: 100 }));
  expect(announced.length).toBeLessThanOrEqual(4);
  expect(announced.map(({ seq }) => seq)).toEqual(announced.map((_, index) => index + 2));
});

test("a job from a producer of its own gets a record when it is taken", async () => {
  const foreign = new Queue("tasks", { connection: { url: server.url }, prefix: "{test:tasks}" });
  const job = await foreign.add("test", { data: { from: "php" }, group: 7, result: "0" });
  await startWorker(succeed);
  const record = await eventually(async () => {
    const found = await queue.find(job.id ?? "");
    expect(found?.status).toBe("succeeded");
    return found;
  });
  await foreign.close();
  expect(record).toMatchObject({ handler: "test", group: "7", result: { echo: { from: "php" } }, attempts: 3, seq: 2 });
});

test("a job from a producer of its own can be read, and waited for, before it is taken", async () => {
  const foreign = new Queue("tasks", { connection: { url: server.url }, prefix: "{test:tasks}" });
  const { id = "" } = await foreign.add("test", { data: { from: "php" }, group: 7 });
  await foreign.close();
  const waiting = { id, handler: "test", group: "7", status: "queued", attempt: 0, seq: 0, startedAtMs: null };
  expect(await queue.find(id)).toMatchObject(waiting);
  const settling = settled(id);
  await startWorker(succeed);
  expect(await settling).toMatchObject({ status: "succeeded", seq: 2 });
  // What is over is not taken for what waits, once its record has gone by its age, though the queue still has the job.
  const client = new Redis(server.url);
  expect(await client.del(`{test:tasks}:record:${id}`)).toBe(1);
  client.disconnect();
  expect(await queue.find(id)).toBeUndefined();
});

test("a delayed task waits", async () => {
  await startWorker(succeed);
  const before = Date.now();
  const record = await runToEnd({ delayMs: 300 });
  expect(record.startedAtMs).toBeGreaterThanOrEqual(before + 300);
});

test("the same idempotency key runs once, with another request it is refused", async () => {
  let runs = 0;
  await startWorker((attempt) => {
    runs += 1;
    return succeed(attempt);
  });
  const request = { handler: "test", data: { n: 1 }, idempotencyKey: "order 7" };
  const replies = await Promise.all(Array.from({ length: 50 }, () => queue.enqueue(request)));
  const ids = new Set(replies.map(({ task }) => task.id));
  expect(ids.size).toBe(1);
  expect(replies.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  await settled([...ids][0] ?? "");
  expect((await queue.enqueue(request)).duplicate).toBe(true);
  expect(runs).toBe(1);
  await expect(queue.enqueue({ ...request, data: { n: 2 } })).rejects.toThrow(TaskRejection);
});

test("a settled task is not run again when its job comes back", async () => {
  let runs = 0;
  await startWorker((attempt) => {
    runs += 1;
    return succeed(attempt);
  });
  const record = await runToEnd({});
  const dashboard = await openDashboardQueue(redis());
  await eventually(async () => expect(await dashboard.queue.getJobState(record.id)).toBe("completed"));
  // As after a worker was lost between writing the record and telling the queue.
  await (await dashboard.queue.getJob(record.id))?.retry("completed");
  await eventually(async () => {
    expect(await dashboard.queue.getJob(record.id)).toMatchObject({
      attemptsStarted: 2,
      finishedOn: expect.any(Number),
    });
  });
  await dashboard.close();
  expect(runs).toBe(1);
  expect(await queue.find(record.id)).toEqual(record);
});

test("waiting ends with the time, and at once for a task nobody knows", async () => {
  const { task } = await queue.enqueue({ handler: "test" });
  expect((await queue.waitForSettled(task.id, 50))?.status).toBe("queued");
  expect(await queue.waitForSettled("t_unknown", 10_000)).toBeUndefined();
});

test("a drained worker finishes what it runs and takes nothing new", async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const worker = await startWorker(
    async () => {
      started.resolve();
      await release.promise;
      return { kind: "succeeded", result: "finished" };
    },
    { concurrency: 1 },
  );
  const { task: first } = await queue.enqueue({ handler: "test" });
  await started.promise;
  const { task: second } = await queue.enqueue({ handler: "test" });
  const drained = worker.drain(5_000);
  release.resolve();
  await drained;
  expect(await queue.find(first.id)).toMatchObject({ status: "succeeded", result: "finished" });
  expect((await queue.find(second.id))?.status).toBe("queued");
  expect(await worker.check()).toBeDefined();
});

test("a drain past its deadline aborts and hands back without counting the attempt", async () => {
  const started = Promise.withResolvers<void>();
  const worker = await startWorker(({ signal }) => {
    started.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  });
  const { task } = await queue.enqueue({ handler: "test", attempts: 1 });
  await started.promise;
  await worker.drain(50);
  await eventually(() => expect(announced.at(-1)).toMatchObject({ status: "queued", attempt: 1, error: null }));
  await startWorker(succeed);
  expect(await settled(task.id)).toMatchObject({ status: "succeeded", attempt: 1 });
});
