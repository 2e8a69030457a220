import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Queue, Worker } from "bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { TaskQueue } from "../task-queue.ts";
import type { RunAttempt, SettledTask, TaskWorker } from "../task-worker.ts";
import { createBullQueue } from "./bullmq-queue.ts";
import { createBullWorker } from "./bullmq-worker.ts";

const logger = createLogger({ app: "test", level: "silent" });
const settings = checkSettings({ tasks: { lock_duration: "3s", backoff: "10ms" } });
const succeed: RunAttempt = ({ task }) => Promise.resolve({ kind: "succeeded", result: task.data });

let server: TestRedis;
let queue: TaskQueue;
let workers: TaskWorker[] = [];
const common = () => ({
  redis: { url: server.url, prefix: "test" },
  logger,
  settings: settings.tasks,
  handlers: settings.handlers,
});

beforeAll(async () => {
  server = await startTestRedis({ appendOnly: true, extraArguments: ["--appendfsync", "always"] });
});
beforeEach(async () => {
  queue = await createBullQueue(common());
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  workers = [];
  await queue.close();
  await server.flush();
});
afterAll(() => server.close());

async function startWorker(run: RunAttempt, ended: SettledTask[] = []): Promise<TaskWorker> {
  const worker = await createBullWorker({
    ...common(),
    concurrency: 2,
    run,
    graceMs: 100,
    onSettled: (task) => ended.push(task),
  });
  workers.push(worker);
  worker.start();
  return worker;
}

/** Takes a job and vanishes, as a worker does that is killed: the lock runs out and nobody renews it. */
async function loseTask(taskId: string): Promise<void> {
  const options = { connection: { url: server.url }, prefix: "{test:tasks}" };
  const doomed = new Worker("tasks", null, { ...options, lockDuration: 200, autorun: false });
  doomed.on("error", () => undefined);
  const job = await eventually(async () => {
    const taken = await doomed.getNextJob("doomed", { block: false });
    expect(taken?.id).toBe(taskId);
    return taken;
  });
  expect(job?.deferredFailure).toBeUndefined();
  await doomed.close(true);
}

test("a worker takes tasks again within 5 s after Redis was killed and came back, and has lost none", async () => {
  const worker = await startWorker(succeed);
  const before = await queue.enqueue({ handler: "test", data: "before", delayMs: 1_000 });
  await server.stop("SIGKILL");
  // Outages of 3 s and longer, by real processes, are fault F03 of tasks.
  await eventually(async () => expect(await worker.check()).toBeDefined());
  await server.restart();
  const backAt = performance.now();
  const after = await eventually(() => queue.enqueue({ handler: "test", data: "after" }));
  expect(await queue.waitForSettled(after.task.id, 5_000)).toMatchObject({ status: "succeeded", result: "after" });
  expect(await queue.waitForSettled(before.task.id, 5_000)).toMatchObject({ status: "succeeded", result: "before" });
  expect(performance.now() - backAt).toBeLessThan(5_000);
  expect(await worker.check()).toBeUndefined();
});

test("a task that ends while Redis is away keeps its result and runs once", async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let runs = 0;
  await startWorker(async () => {
    runs += 1;
    started.resolve();
    await release.promise;
    return { kind: "succeeded", result: "kept" };
  });
  const { task } = await queue.enqueue({ handler: "test" });
  await started.promise;
  await server.stop("SIGKILL");
  release.resolve();
  await server.restart();
  await eventually(async () =>
    expect(await queue.find(task.id)).toMatchObject({ status: "succeeded", result: "kept" }),
  );
  expect(runs).toBe(1);
});

test("enqueueing fails within 2 s while Redis is down and while it hangs", async () => {
  const failsFast = async () => {
    // Two timers of one process: which comes first does not depend on when the process gets its turn.
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("no answer within 2.2 s")), 2_200);
    const answer = Promise.race([late.promise, queue.enqueue({ handler: "test" })]);
    await expect(answer).rejects.toThrow(/does not answer|not connected|lost|closed/);
    clearTimeout(timer);
    expect(await queue.check()).toBeDefined();
  };
  server.signal("SIGSTOP");
  await failsFast();
  server.signal("SIGCONT");
  await eventually(() => queue.enqueue({ handler: "test" }));
  await server.stop("SIGKILL");
  await failsFast();
  await server.restart();
  await eventually(() => queue.enqueue({ handler: "test" }));
});

test("somebody waiting over a Redis outage is told the end that came after it", async () => {
  const release = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  await startWorker(async () => {
    started.resolve();
    await release.promise;
    return { kind: "succeeded", result: "told" };
  });
  const { task } = await queue.enqueue({ handler: "test" });
  await started.promise;
  const waiting = queue.waitForSettled(task.id, 15_000);
  // Once somebody else has waited in vain, this wait has begun.
  await queue.waitForSettled(task.id, 100);
  await server.restart("SIGKILL");
  release.resolve();
  expect(await waiting).toMatchObject({ status: "succeeded", result: "told" });
});

test("waiters share one connection", async () => {
  const tasks = await Promise.all(Array.from({ length: 50 }, () => queue.enqueue({ handler: "test" })));
  const looker = new Queue("tasks", { connection: { url: server.url }, prefix: "{test:tasks}" });
  const connections = async () => {
    const client = await looker.getBackend().client;
    return (await client.clientList()).trim().split("\n").length;
  };
  const before = await connections();
  const waiting = tasks.flatMap(({ task }) => [1, 2].map(() => queue.waitForSettled(task.id, 10_000)));
  await startWorker(succeed);
  expect((await Promise.all(waiting)).every((record) => record?.status === "succeeded")).toBe(true);
  // The worker's own three; a connection per waiter would be a hundred more.
  expect(await connections()).toBe(before + 3);
  await looker.close();
});

test("a task of a lost worker is run again under the same attempt", async () => {
  const { task } = await queue.enqueue({ handler: "test", attempts: 1 });
  await loseTask(task.id);
  await startWorker(succeed);
  expect(await queue.waitForSettled(task.id, 10_000)).toMatchObject({ status: "succeeded", attempt: 1 });
});

test("a task that has lost two workers while it was the one to be watched is failed with that reason, record first", async () => {
  const ended: SettledTask[] = [];
  const { task } = await queue.enqueue({ handler: "test", attempts: 9 });
  await loseTask(task.id);
  // Only looks for stalled tasks, takes none: the second loss must happen to somebody else.
  await eventually(() => findStalled(task.id), { timeoutMs: 10_000 });
  await server.command("HSET", `{test:tasks}:tasks:${task.id}`, "apt", "2");
  await loseTask(task.id);
  await startWorker(() => Promise.reject(new Error("must not run")), ended);
  expect(await queue.waitForSettled(task.id, 10_000)).toMatchObject({
    status: "failed",
    error: { code: "worker_lost" },
  });
  await eventually(() => expect(ended).toMatchObject([{ status: "failed", error: { code: "worker_lost" } }]));
});

test("a task that has lost a worker is noted as the one to be watched while it runs, and not any more once it has ended", async () => {
  const { task } = await queue.enqueue({ handler: "test", attempts: 9 });
  const jobKey = `{test:tasks}:tasks:${task.id}`;
  await loseTask(task.id);
  const watched: unknown[] = [];
  await startWorker(async () => {
    watched.push(await server.command("HGET", jobKey, "apt"));
    return { kind: "failed", code: "handler_failed", message: "no", final: true };
  });
  await queue.waitForSettled(task.id, 10_000);
  expect(watched).toEqual(["1"]);
  expect(await server.command("HGET", jobKey, "apt")).toBeNull();
});

test.each([
  ["that was never begun", { stc: "8" }, "succeeded"],
  ["that was begun once", { stc: "8", apt: "1" }, "succeeded"],
  ["of ten losses", { stc: "9" }, "failed"],
])("a task %s as the one to be watched, and has lost workers before (%j), has %s after another", async (...row) => {
  const [, before, status] = row;
  const { task } = await queue.enqueue({ handler: "test", attempts: 9 });
  const jobKey = `{test:tasks}:tasks:${task.id}`;
  await server.command("HSET", jobKey, ...Object.entries(before).flat());
  await loseTask(task.id);
  await startWorker(succeed);
  expect(await queue.waitForSettled(task.id, 10_000)).toMatchObject({ status });
});

test("a task of the hub's own is run again also when its workers were lost twice: its handlers end no worker", async () => {
  const { task } = await queue.enqueue({ handler: "hub.notify", data: {} });
  await loseTask(task.id);
  await eventually(() => findStalled(task.id), { timeoutMs: 10_000 });
  await loseTask(task.id);
  await startWorker(succeed);
  expect(await queue.waitForSettled(task.id, 10_000)).toMatchObject({ status: "succeeded" });
});

async function findStalled(taskId: string): Promise<void> {
  const options = { connection: { url: server.url }, prefix: "{test:tasks}" };
  const checker = new Worker("tasks", null, { ...options, autorun: false, stalledInterval: 100 });
  const stalled: string[] = [];
  checker.on("stalled", (id) => stalled.push(id));
  await checker.startStalledCheckTimer();
  try {
    await eventually(() => expect(stalled).toContain(taskId), { timeoutMs: 2_000 });
  } finally {
    await checker.close(true);
  }
}
