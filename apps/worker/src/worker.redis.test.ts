import { knownChannelName } from "@switchyard/broker/channel-name";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { createRedisPublisher, type RedisPublisher } from "@switchyard/broker/redis-publisher";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { type BullQueue, createBullQueue } from "@switchyard/tasks/bullmq-queue";
import type { TaskRecord } from "@switchyard/tasks/task";
import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import { spawnApp, startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import type { WorkerState } from "@switchyard/tasks/worker-registry";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

const logger = createLogger({ app: "test", level: "silent" });
const handler = (name: string) => fileURLToPath(new URL(`../../../handlers/${name}`, import.meta.url));
const file = {
  handlers: {
    test: { kind: "module", module: handler("test.ts"), version: "7" },
    count: { kind: "module", module: handler("count.ts") },
    resize: { kind: "command", command: ["php", handler("resize.php")] },
    "broken-module": { kind: "module", module: "./broken.ts" },
    "broken-command": { kind: "command", command: ["sh", "-c", "echo the disk is full >&2; exit 3"] },
    "broken-http": { kind: "http", url: "http://127.0.0.1:1/" },
  },
  tasks: { signing_secret: "0123456789abcdef0123456789abcdef", handler_wait: "0s" },
};
const settings = checkSettings(file);

let server: TestRedis;
let directory: string;
let worker: AppProcess;
let queue: BullQueue;
let publisher: RedisPublisher;

beforeAll(async () => {
  [server, directory] = await Promise.all([
    startTestRedis({ appendOnly: true, extraArguments: ["--appendfsync", "always"] }),
    mkdtemp(join(tmpdir(), "switchyard-worker-")),
  ]);
  await writeFile(join(directory, "settings.json"), JSON.stringify(file));
  await writeFile(join(directory, "broken.ts"), 'export default () => { throw new Error("no such file"); };');
  const redis = { url: server.url, prefix: "sy" };
  queue = await createBullQueue({ redis, logger, settings: settings.tasks, handlers: settings.handlers });
  publisher = await createRedisPublisher({ redis, logger, rules: createChannelRules(settings.channel) });
  worker = await startWorker();
});
afterAll(async () => {
  await worker.stop();
  await Promise.all([queue.close(), publisher.close()]);
  await server.close();
  await rm(directory, { recursive: true });
});

const startWorker = () =>
  startApp("worker", { SWITCHYARD_CONFIG: join(directory, "settings.json"), SWITCHYARD_REDIS_URL: server.url });

async function runToEnd(request: EnqueueRequest): Promise<TaskRecord | undefined> {
  const { task } = await queue.enqueue(request);
  return queue.waitForSettled(task.id, 10_000);
}

/** Long enough to be seen running from a machine that has other things to do, and over well before a wait for its end. */
const longTask = { handler: "count", data: { to: 20, pauseMs: 100 } };

/** What a late subscriber of the task's channel is given. */
async function newestPublished(taskId: string): Promise<unknown> {
  const { publications } = await publisher.history(knownChannelName(`task:${taskId}`), { limit: 1, reverse: true });
  return JSON.parse(publications[0]?.body.toString() ?? "null") as unknown;
}

test("the task of the seeds runs as it stands", async () => {
  const record = await runToEnd({ handler: "test", data: { test: "test" }, group: "1" });
  expect(record).toMatchObject({ status: "succeeded", result: { ok: true, echo: { test: "test" } }, group: "1" });
});

test("the settled record is what a late subscriber of its channel is given", async () => {
  const record = await runToEnd({ handler: "count", data: { to: 3, pauseMs: 10 } });
  expect(record).toMatchObject({ status: "succeeded", result: { counted: 3 }, percent: 100, message: "3 of 3" });
  await eventually(async () => expect(await newestPublished(record?.id ?? "")).toEqual({ data: record }));
});

test("the PHP example resizes", async () => {
  const record = await runToEnd({ handler: "resize", data: { width: 4_000, height: 3_000, widths: [320] } });
  expect(record).toMatchObject({ status: "succeeded", result: { sizes: [{ width: 320, height: 240 }], attempt: 1 } });
});

test("back ends read in hub:events that a schedule's task has failed, that it was paused for it, and what it has missed", async () => {
  const broken = { handler: "resize", data: { width: 0 }, attempts: 1 };
  await queue.schedules.put("broken", { everyMs: 1_000, task: broken, pauseAfter: 1 });
  const events = () =>
    publisher
      .history(knownChannelName("hub:events"), { limit: 100 })
      .then(({ publications }) => publications.map(({ body }) => (JSON.parse(String(body)) as { data: object }).data));
  const told = await eventually(
    async () => {
      const found = await events();
      expect(found).toMatchObject([
        { event: "schedule.failed", schedule: "broken", taskId: expect.stringMatching(/^t_/) },
        { event: "schedule.paused", schedule: "broken", note: "its last 1 tasks have failed (pauseAfter)" },
      ]);
      return found as { seq: number }[];
    },
    { timeoutMs: 15_000 },
  );
  expect(told[1]?.seq).toBeGreaterThan(told[0]?.seq ?? 0);
  const hourMs = 3_600_000;
  await queue.schedules.put("late", { everyMs: hourMs, task: { handler: "test" }, missed: "skip" });
  const since = Math.floor(Date.now() / hourMs - 3) * hourMs;
  await server.command("HSET", "{sy:tasks}:schedule:late", "tick", String(since));
  await server.command("ZADD", "{sy:tasks}:schedules:due", String(since), "late");
  await server.command("PUBLISH", "{sy:tasks}:schedules", "");
  const missed = { event: "schedule.missed", schedule: "late", missed: 4 };
  await eventually(async () => expect((await events()).at(-1)).toMatchObject(missed));
}, 30_000);

test("what the PHP example refuses is in the record, with its own words", async () => {
  const record = await runToEnd({ handler: "resize", data: { width: 0 }, attempts: 1 });
  expect(record?.error?.message).toMatch(/exited with code 1: data\.width must be a whole number from 1 to 20000$/);
});

test("an unknown handler fails with the reason once no worker may bring it any more", async () => {
  const record = await runToEnd({ handler: "tset", attempts: 5 });
  expect(record).toMatchObject({ status: "failed", attempt: 1, error: { code: "handler_unknown" } });
});

test.each([
  ["broken-module", "handler_failed", /^no such file$/],
  ["broken-command", "handler_failed", /exited with code 3: the disk is full$/],
  ["broken-http", "handler_failed", /ECONNREFUSED/],
  ["tset", "handler_unknown", /no handler is called `tset`/],
])(
  "each failed attempt of %s is one line of the log with task, handler, attempt and reason",
  async (name, code, reason) => {
    const record = await runToEnd({ handler: name, attempts: 2, backoff: { kind: "fixed", delayMs: 1 } });
    const lines = () =>
      worker.log.filter((line) => line.includes(record?.id ?? "")).map((line) => JSON.parse(line) as object);
    const attempts = code === "handler_unknown" ? [1] : [1, 2];
    const expected = attempts.map((attempt) =>
      expect.objectContaining({
        level: "warn",
        taskId: record?.id,
        handler: name,
        attempt,
        code,
        reason: expect.stringMatching(reason),
      }),
    );
    await eventually(() => expect(lines()).toEqual(expected));
  },
);

test("a worker registers what it can run while it lives, and is off the list once it has stopped", async () => {
  const redis = { url: server.url, prefix: "sy" };
  const registry = await createRedisNodeRegistry<WorkerState>({ redis, logger, kind: "workers" });
  onTestFinished(() => registry.close());
  const [first] = await registry.list();
  expect(first).toMatchObject({ queue: "tasks", version: expect.stringMatching(/^\d+\./) });
  expect(first?.handlers).toEqual([
    { name: "test", kind: "module", version: "7", concurrency: 0 },
    { name: "count", kind: "module", concurrency: 0 },
    { name: "resize", kind: "command", concurrency: 0 },
    { name: "broken-module", kind: "module", concurrency: 0 },
    { name: "broken-command", kind: "command", concurrency: 0 },
    { name: "broken-http", kind: "http", concurrency: 0 },
  ]);
  const own = await startWorker();
  expect(await registry.list()).toHaveLength(2);
  await own.stop();
  expect((await registry.list()).map(({ uid }) => uid)).toEqual([first?.uid]);
});

test("a worker tells how busy it is, and how long its tasks take", async () => {
  const redis = { url: server.url, prefix: "sy" };
  const registry = await createRedisNodeRegistry<WorkerState>({ redis, logger, kind: "workers" });
  onTestFinished(() => registry.close());
  await runToEnd({ handler: "test" });
  await eventually(async () => {
    const [first] = await registry.list();
    expect(first).toMatchObject({
      concurrency: expect.any(Number),
      busy: 0,
      secondsPerTask: { test: expect.any(Number) },
    });
  });
});

test("a task of a handler that only the latest worker has is run by that one", async () => {
  const config = join(directory, "latest.json");
  await writeFile(config, JSON.stringify({ ...file, handlers: { ...file.handlers, added: file.handlers.test } }));
  const latest = await startApp("worker", { SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: server.url });
  onTestFinished(async () => void (await latest.stop()));
  const groups = Array.from({ length: 20 }, (_, index) => `g${index % 5}`);
  const replies = await queue.enqueueMany(groups.map((group) => ({ handler: "added", group, attempts: 1 })));
  const ids = replies.map((reply) => ("task" in reply ? reply.task.id : ""));
  const records = await Promise.all(ids.map((id) => queue.waitForSettled(id, 20_000)));
  expect(records.map((record) => [record?.status, record?.attempt])).toEqual(groups.map(() => ["succeeded", 1]));
});

test("metrics count attempts and dead tasks, and no label holds a producer's text", async () => {
  await runToEnd({ handler: "producers-text" });
  const text = await (await fetch(`${worker.url}/metrics`)).text();
  expect(text).toMatch(/switchyard_task_duration_seconds_count\{[^}]*handler="test"[^}]*\} [1-9]/);
  expect(text).toMatch(/switchyard_tasks_dead_total\{reason="handler_unknown"\} [1-9]/);
  expect(text).not.toContain("producers-text");
});

test("a worker told to stop while it runs a task finishes it and leaves with 0", async () => {
  const own = await startWorker();
  const tasks = await Promise.all(Array.from({ length: 20 }, () => queue.enqueue(longTask)));
  await eventually(async () =>
    expect((await fetch(`${own.url}/metrics`)).text()).resolves.toMatch(/worker_active [1-9]/),
  );
  expect(await own.stop()).toBe(0);
  const records = await Promise.all(tasks.map(({ task }) => queue.waitForSettled(task.id, 10_000)));
  expect(records.every((record) => record?.status === "succeeded" && record.attempt === 1)).toBe(true);
});

test("readiness follows Redis, and a task that ends during its outage is announced after it", async () => {
  const { task } = await queue.enqueue(longTask);
  await eventually(async () => expect((await queue.find(task.id))?.status).toBe("running"));
  await server.stop("SIGKILL");
  const readiness = async () => (await fetch(`${worker.url}/readyz`)).status;
  await eventually(async () => expect(await readiness()).toBe(503));
  await eventually(
    async () => {
      expect(await (await fetch(`${worker.url}/metrics`)).text()).toMatch(/switchyard_worker_active 0/);
    },
    { timeoutMs: 10_000 },
  );
  await server.restart();
  await eventually(async () => expect(await readiness()).toBe(200));
  const record = await eventually(() => queue.waitForSettled(task.id, 10_000));
  expect(record).toMatchObject({ status: "succeeded", attempt: 1 });
  await eventually(async () => expect(await newestPublished(task.id)).toEqual({ data: record }));
});

interface Told {
  readonly msg: string;
  readonly role?: string;
}

test("an idle worker stops in order while Redis is away, hung or down, and does not flood the log", async () => {
  const stopsInOrder = async (own: AppProcess) => {
    const begun = performance.now();
    expect(await own.stop()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(8_000);
    const warnings = own.log.filter((line) => line.includes('"level":"warn"')).map((line) => JSON.parse(line) as Told);
    // Each connection tells its loss, once; the rest is little.
    const [lost = [], others = []] = [true, false].map((isLoss) =>
      warnings.filter(({ msg }) => (msg === "redis connection lost") === isLoss),
    );
    const roles = lost.map(({ role }) => role);
    expect(roles).toEqual([...new Set(roles)]);
    expect(others.length).toBeLessThan(10);
  };
  const [first, second] = await Promise.all([startWorker(), startWorker()]);
  server.signal("SIGSTOP");
  await stopsInOrder(first);
  server.signal("SIGCONT");
  await server.stop("SIGKILL");
  await stopsInOrder(second);
  await server.restart();
  await eventually(async () => expect(await queue.check()).toBeUndefined());
});

test("a handler that cannot be loaded stops the start with one line that names it", async () => {
  const config = join(directory, "broken.json");
  await writeFile(config, JSON.stringify({ handlers: { lost: { kind: "module", module: "./lost.ts" } } }));
  const { exited, log } = spawnApp("worker", { SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: server.url });
  expect(await exited).toBe(78);
  expect(log.join("\n")).toBe(
    `switchyard worker: handlers.lost.module: ${join(directory, "lost.ts")} does not exist; paths are relative to the settings file`,
  );
});

test("a handler that cannot be parsed stops the start with one line that names its file and line once", async () => {
  const config = join(directory, "unfinished.json");
  await writeFile(join(directory, "unfinished.ts"), "export default () => {\n  return { a: 1\n");
  await writeFile(config, JSON.stringify({ handlers: { greet: { kind: "module", module: "./unfinished.ts" } } }));
  const { exited, log } = spawnApp("worker", { SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: server.url });
  expect(await exited).toBe(78);
  expect(log.join("\n")).toMatch(/handlers\.greet\.module: \S+\/unfinished\.ts:2 cannot be loaded: [^/]*$/);
});

test("a Redis that is not there stops the start with one line that names it without its password", async () => {
  const { exited, log } = spawnApp("worker", { SWITCHYARD_REDIS_URL: "redis://:hush@127.0.0.1:1" });
  expect(await exited).toBe(1);
  expect(log.join("\n")).toMatch(/switchyard worker: Redis at redis:\/\/127\.0\.0\.1:1 cannot be used: /);
  expect(log.join("\n")).not.toContain("hush");
});
