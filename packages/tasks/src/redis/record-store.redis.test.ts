import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { acceptRequest, type AcceptedTask } from "../accept-request.ts";
import { createBullQueue } from "../bullmq/bullmq-queue.ts";
import type { GroupName } from "../group-name.ts";
import { parseTaskId } from "../ids-from-outside.ts";
import { createTaskPolicy } from "../task-policy.ts";
import type { EnqueueRequest, TaskQueue } from "../task-queue.ts";
import { TaskRejection } from "../task-rejection.ts";
import { recordPrelude } from "./record-prelude.ts";
import { createRecordStore, type RecordStore } from "./record-store.ts";
import { createTaskKeys } from "./task-keys.ts";

const settings = checkSettings({});
const policy = createTaskPolicy(settings.tasks, settings.handlers);
const keys = createTaskKeys("test");

let server: TestRedis;
let redis: Redis;
let records: RecordStore;
let queue: TaskQueue;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  records = createRecordStore(redis, keys, recordPrelude(keys, undefined));
  const logger = createLogger({ app: "test", level: "silent" });
  queue = await createBullQueue({
    redis: { url: server.url, prefix: "test" },
    logger,
    settings: settings.tasks,
    handlers: settings.handlers,
  });
});
afterEach(() => server.flush());
afterAll(async () => {
  redis.disconnect();
  await queue.close();
  await server.close();
});

async function createTask(request: Partial<EnqueueRequest> = {}): Promise<AcceptedTask> {
  const complete = { handler: "test", ...request };
  const { task } = await queue.enqueue(complete);
  return { ...acceptRequest(complete, policy, Date.now()), id: task.id };
}

/** Begins the execution with this fence. */
const begin = (task: AcceptedTask, fence: number) =>
  records.begin(task, { fence: String(fence), attempt: fence, resultTtlMs: task.resultTtlMs, enqueuedAtMs: 1 });

const succeeded = { status: "succeeded", percent: 100, result: '{"ok":true}', error: null } as const;

test("every change raises seq by one and the times are those of Redis", async () => {
  const task = await createTask();
  const [seconds] = await redis.time();
  await begin(task, 1);
  await records.change(task.id, "1", { status: "running", percent: 50, message: "" });
  const { record } = await records.change(task.id, "1", succeeded);
  expect(record).toMatchObject({ seq: 4, status: "succeeded", result: { ok: true }, message: "", percent: 100 });
  for (const time of [record?.enqueuedAtMs, record?.startedAtMs, record?.finishedAtMs]) {
    expect(Math.abs((time ?? 0) - Number(seconds) * 1_000)).toBeLessThan(5_000);
  }
  expect(await records.read(task.id)).toEqual(record);
});

test("texts that look like a record's own punctuation are texts, wherever they stand", async () => {
  const odd = `","status":"failed","error":null,"attempt":9,"result":{"a":1}}\n7 7 http://x/\r\u2028 %d(.-)\\`;
  // A stock producer's, which nobody has looked at.
  const task = {
    ...(await createTask()),
    id: parseTaskId("foreign"),
    handler: odd,
    group: odd as GroupName,
    user: odd,
  };
  await begin(task, 1);
  await records.change(task.id, "1", { status: "running", percent: 12.5, message: odd });
  const error = { code: "handler_failed" as const, message: odd };
  expect((await records.change(task.id, "1", { status: "retrying", error })).record).toMatchObject({
    message: odd,
    error,
  });
  const { record } = await records.change(task.id, "1", {
    status: "succeeded",
    result: JSON.stringify({ status: odd, error, attempt: [odd] }),
  });
  const { handler, group, user } = task;
  const result = { status: odd, error, attempt: [odd] };
  expect(record).toMatchObject({
    handler,
    group,
    user,
    status: "succeeded",
    percent: 12.5,
    message: odd,
    error,
    attempt: 1,
    seq: 4,
    result,
  });
  expect(await records.read(task.id)).toEqual(record);
  expect((await records.change(task.id, "1", succeeded)).record).toEqual(record);
});

test("an older attempt can neither begin nor change anything once a newer one has begun", async () => {
  const task = await createTask();
  await begin(task, 1);
  const { record } = await begin(task, 2);
  expect((await begin(task, 1)).verdict).toBe("stale");
  expect((await records.change(task.id, "1", succeeded)).verdict).toBe("stale");
  expect(await records.read(task.id)).toEqual(record);
});

test("a settled record never changes, whoever asks", async () => {
  const task = await createTask();
  await begin(task, 1);
  const { record } = await records.change(task.id, "1", succeeded);
  expect((await begin(task, 2)).verdict).toBe("settled");
  const failure = { code: "handler_failed" as const, message: "late" };
  expect((await records.change(task.id, "1", { status: "failed", error: failure })).verdict).toBe("settled");
  expect(await records.read(task.id)).toEqual(record);
});

test("a command that was sent twice over a broken connection takes effect once", async () => {
  const task = await createTask();
  await begin(task, 1);
  expect(await begin(task, 1)).toMatchObject({ verdict: "begun", record: { seq: 2 } });
  await records.change(task.id, "1", succeeded);
  expect(await records.change(task.id, "1", succeeded)).toMatchObject({ verdict: "changed", record: { seq: 3 } });
});

test("a new attempt begins without the progress and the error of the last", async () => {
  const task = await createTask();
  await begin(task, 1);
  const error = { code: "handler_failed" as const, message: "no" };
  await records.change(task.id, "1", { status: "retrying", percent: 80, message: "half", error });
  const { record } = await begin(task, 2);
  expect(record).toMatchObject({ status: "running", attempt: 2, percent: null, message: null, error: null });
});

test("a settled record is kept for its own time to live, idempotency keys for a day longer", async () => {
  const task = await createTask({ resultTtlMs: 60_000, idempotencyKey: "k" });
  await begin(task, 1);
  expect(await redis.pttl(keys.record(task.id))).toBeGreaterThan(86_400_000);
  await records.change(task.id, "1", succeeded);
  expect(await redis.pttl(keys.record(task.id))).toBeLessThanOrEqual(60_000);
  expect(await redis.pttl(keys.idempotency("k"))).toBeGreaterThan(86_400_000);
});

test("a change of a record that is gone is refused and creates none", async () => {
  expect(await records.change(parseTaskId("t_gone"), "1", succeeded)).toEqual({
    verdict: "unknown",
    record: undefined,
  });
  expect(await redis.dbsize()).toBe(0);
});

test("a hundred requests with one key at the same time create one task", async () => {
  const request = { handler: "test", idempotencyKey: "k", data: 1 };
  const replies = await Promise.all(Array.from({ length: 100 }, () => queue.enqueue(request)));
  expect(replies.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(new Set(replies.map(({ task }) => task.id)).size).toBe(1);
  expect(await redis.zcard("{test:tasks}:tasks:prioritized")).toBe(1);
  await expect(queue.enqueue({ ...request, data: 2 })).rejects.toThrow(TaskRejection);
});

test("all keys of a task share one slot", async () => {
  const slots = [
    keys.record(parseTaskId("t_1")),
    keys.idempotency("k"),
    `${keys.queuePrefix}:${keys.queueName}:wait`,
  ].map((key) => /\{[^}]+\}/.exec(key)?.[0]);
  expect(new Set(slots)).toEqual(new Set(["{test:tasks}"]));
});
