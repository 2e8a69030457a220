import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import { createBullWorker } from "@switchyard/tasks/bullmq-worker";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, onTestFinished, test } from "vitest";
import { createCatalog } from "./catalog.ts";
import { startService } from "./testing/start-service.ts";

const logger = createLogger({ app: "test", level: "silent" });
const secret = "a-signing-secret-of-32-characters";
const previous = "the-signing-secret-of-yesterday!!";

async function startHub(tasks: object) {
  const server = await startTestRedis();
  const settings = checkSettings({ tasks: { signing_secret: secret, ...tasks } });
  const common = {
    redis: { url: server.url, prefix: "sy" },
    logger,
    settings: settings.tasks,
    handlers: settings.handlers,
  };
  const queue = await createBullQueue(common);
  const catalog = await createCatalog({ ...settings, logger, directory: ".", environment: {} });
  const worker = await createBullWorker({
    ...common,
    concurrency: 5,
    run: (attempt) =>
      attempt.task.handler === "fine"
        ? Promise.resolve({ kind: "succeeded", result: { ok: 1 } })
        : catalog.run(attempt),
    onSettled: () => undefined,
  });
  worker.start();
  onTestFinished(async () => {
    await worker.close();
    await queue.close();
    await server.close();
  });
  return queue;
}

test("the settled record is posted to the callback, signed, and again when it was not taken", async () => {
  let isDown = true;
  const service = await startService(() => ({ status: isDown ? 503 : 200 }));
  onTestFinished(service.close);
  const queue = await startHub({ callback_allowed_hosts: ["127.0.0.1"], signing_previous_secret: previous });
  const { task } = await queue.enqueue({ handler: "fine", group: "g", callbackUrl: `${service.url}/done?x=1` });
  const record = await queue.waitForSettled(task.id, 5_000);
  await eventually(() => expect(service.requests).toHaveLength(1));
  isDown = false;
  const callbackId = task.id.replace("t_", "c_");
  expect(await queue.waitForSettled(callbackId, 15_000)).toMatchObject({
    status: "succeeded",
    result: { status: 200 },
    attempt: 2,
  });
  for (const request of service.requests) {
    expect(request).toMatchObject({ path: "/done?x=1", body: record });
    expect([request.isSignedWith(secret), request.isSignedWith(previous)]).toEqual([true, true]);
    // The receiver tells the second from a second message by it.
    expect(request.headers["webhook-id"]).toBe(callbackId);
  }
});

test("a task that failed, or was cancelled while it waited, calls back, too, once", async () => {
  const service = await startService(() => ({ status: 200 }));
  onTestFinished(service.close);
  const queue = await startHub({ callback_allowed_hosts: ["127.0.0.1"], handler_wait: "0s" });
  const failing = await queue.enqueue({ handler: "unknown", callbackUrl: service.url });
  const waiting = await queue.enqueue({ handler: "fine", delayMs: 60_000, callbackUrl: service.url });
  await queue.cancel(waiting.task.id);
  await queue.cancel(waiting.task.id);
  await eventually(() => expect(service.requests).toHaveLength(2));
  const bodies = service.requests.map(({ body }) => body as { id: string; status: string });
  expect(new Map(bodies.map(({ id, status }) => [id, status]))).toEqual(
    new Map([
      [failing.task.id, "failed"],
      [waiting.task.id, "cancelled"],
    ]),
  );
});

test("a host that does not answer keeps its own callbacks waiting, and no other's", async () => {
  const silent = await startService(() => undefined);
  const service = await startService(() => ({ status: 200 }));
  onTestFinished(silent.close);
  onTestFinished(service.close);
  const queue = await startHub({ callback_allowed_hosts: ["127.0.0.1"] });
  for (const callbackUrl of [silent.url, silent.url, service.url]) {
    const { task } = await queue.enqueue({ handler: "fine", callbackUrl });
    await queue.waitForSettled(task.id, 5_000);
  }
  await eventually(() => expect(service.requests).toHaveLength(1));
  expect(silent.requests).toHaveLength(1);
});

test("a callback to this machine is refused for good unless it is allowed, and nothing is sent", async () => {
  const service = await startService(() => ({ status: 200 }));
  onTestFinished(service.close);
  const queue = await startHub({ callback_allowed_ports: [Number(new URL(service.url).port)] });
  const { task } = await queue.enqueue({ handler: "fine", callbackUrl: service.url.replace("127.0.0.1", "localhost") });
  const callback = await settledCallback(queue, task.id);
  expect(callback?.error?.message).toContain("tasks.callback_allowed_hosts");
  expect(callback?.attempt).toBe(1);
  expect(service.requests).toEqual([]);
});

test.each([
  ["http://168.63.129.16/machine/?comp=goalstate", "tasks.callback_allowed_hosts"],
  ["http://example.com:22/", "tasks.callback_allowed_ports"],
])("a callback to %s is refused for good and names %s", async (callbackUrl, setting) => {
  const queue = await startHub({});
  const { task } = await queue.enqueue({ handler: "fine", callbackUrl });
  const callback = await queue.waitForSettled(task.id, 5_000).then(() => settledCallback(queue, task.id));
  expect(callback).toMatchObject({
    status: "failed",
    attempt: 1,
    error: { message: expect.stringContaining(setting) },
  });
});

const settledCallback = (queue: TaskQueue, taskId: string) =>
  eventually(async () => {
    const found = await queue.find(taskId.replace("t_", "c_"));
    expect(found?.status).toBe("failed");
    return found;
  });

test("what cannot be a callback is refused where it is asked for", async () => {
  const queue = await startHub({});
  const ask = (callbackUrl: string) => queue.enqueue({ handler: "fine", callbackUrl });
  for (const url of ["ftp://example.com/", "not a url", "http://user:pass@example.com/", "file:///etc/passwd"]) {
    await expect(ask(url)).rejects.toThrow("callbackUrl");
  }
  const unsigned = await startHub({ signing_secret: "" });
  await expect(unsigned.enqueue({ handler: "fine", callbackUrl: "https://example.com/" })).rejects.toThrow(
    "tasks.signing_secret",
  );
  await expect(queue.enqueue({ handler: "hub.callback" })).rejects.toThrow("handler");
});
