import type { NodeRegistry } from "@switchyard/broker/node-registry";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import type { HandlerState, WorkerState } from "@switchyard/tasks/worker-registry";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;
const workers: NodeRegistry<WorkerState>[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(async () => {
  api = await startTestApi(redis.url);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close();
  await api.close();
  await redis.flush();
});
afterAll(() => redis.close());

/** A worker as far as the api can tell: its entry in the list. */
async function register(uid: string, handlers: readonly HandlerState[]) {
  const worker = await createRedisNodeRegistry<WorkerState>({
    redis: { url: redis.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "silent" }),
    kind: "workers",
  });
  workers.push(worker);
  const idle = { concurrency: 10, busy: 0, secondsPerTask: {}, startedAtMs: 0 };
  await worker.start(() => ({
    uid,
    name: uid,
    version: "0.1.0",
    queue: "tasks",
    handlers,
    running: { test: 2 },
    ...idle,
  }));
  return worker;
}

const test1 = { name: "test", kind: "module", version: "1" };
const resize = { name: "resize", kind: "command" };

test("handlers are listed as the running workers registered them", async () => {
  expect((await api.get("/v1/handlers")).json).toEqual({ handlers: [] });
  await register("a", [test1, resize]);
  await register("b", [{ ...test1, version: "2" }, resize]);
  const { json } = await api.get("/v1/handlers");
  expect(json.handlers).toEqual([
    { ...resize, queue: "tasks", workers: 2, running: 0 },
    { ...test1, queue: "tasks", workers: 1, running: 2 },
    { ...test1, version: "2", queue: "tasks", workers: 1, running: 2 },
  ]);
  // Workers are no gateways.
  expect((await api.post("/api/info", {})).json).toEqual({ result: { nodes: [] } });
});

test("a task for a handler that no running worker has is refused, and told what is near and what to do", async () => {
  await register("a", [test1]);
  const { status, json } = await api.post("/v1/tasks", { handler: "tset" });
  expect(status).toBe(422);
  expect(json.error).toMatchObject({ code: "handler_unknown", field: "handler" });
  expect(json.error.message).toMatch(/`tset`; did you mean `test`\?.*`handlers`.*GET \/v1\/handlers/);
  expect(json.error.message).toContain("They have `test`.");
  const many = Array.from({ length: 12 }, (_, index) => ({ name: `h${index + 10}`, kind: "module" }));
  await register("b", many);
  const { json: other } = await api.post("/v1/tasks", { handler: "producers-text" });
  expect(other.error.message).toContain(
    "They have `h10`, `h11`, `h12`, `h13`, `h14`, `h15`, `h16`, `h17`, `h18`, `h19` and 3 more.",
  );
  expect((await api.post("/v1/tasks", { handler: "test" })).status).toBe(202);
});

test("a handler is taken as soon as a worker has it, and refused once the last of them has gone", async () => {
  await register("a", [test1]);
  expect((await api.post("/v1/tasks", { handler: "resize" })).status).toBe(422);
  const second = await register("b", [resize]);
  expect((await api.post("/v1/tasks", { handler: "resize" })).status).toBe(202);
  await second.close();
  await expect
    .poll(async () => (await api.post("/v1/tasks", { handler: "resize" })).status, { timeout: 10_000 })
    .toBe(422);
});

test("while no worker runs at all tasks are accepted, and `why` says that nobody has their handler", async () => {
  const { status, json } = await api.post("/v1/tasks", { handler: "resize" });
  expect(status).toBe(202);
  const why = async () => (await api.get(`/v1/tasks/${json.id}/why`)).json;
  expect(await why()).toMatchObject({
    state: "unhandled",
    text: "It may start, but no running worker has the handler `resize`.",
  });
  const grouped = (await api.post("/v1/tasks", { handler: "resize", group: "g" })).json.id;
  expect((await api.get(`/v1/tasks/${grouped}/why`)).json.text).toBe(
    "It is the next of its group, but no running worker has the handler `resize`.",
  );
  await register("a", [test1]);
  expect(await why()).toMatchObject({ state: "unhandled" });
  await register("b", [resize]);
  expect(await why()).toMatchObject({ state: "ready" });
});

test("`tasks.unknown_handlers` accepts what workers will have later", async () => {
  await register("a", [test1]);
  const patient = await startTestApi(redis.url, { tasks: { unknown_handlers: "accept" } });
  expect((await patient.post("/v1/tasks", { handler: "later" })).status).toBe(202);
  await patient.close();
});

test("of a batch those without a handler are refused alone, and each answer stands at its task", async () => {
  await register("a", [test1]);
  const tasks = ["nobody", "test", "a b", "test", "nobody"].map((handler) => ({ handler }));
  const { json } = await api.post("/v1/tasks/batch", { tasks });
  expect(json).toMatchObject({ accepted: 2, refused: 3 });
  expect(json.results.map(({ error }) => error?.code)).toEqual([
    "handler_unknown",
    undefined,
    "invalid_request",
    undefined,
    "handler_unknown",
  ]);
});

test("what cannot be the name of a handler is refused as that", async () => {
  await register("a", [test1]);
  for (const handler of ["a b", "hub.callback"]) {
    expect((await api.post("/v1/tasks", { handler })).json.error).toMatchObject({ code: "invalid_request" });
  }
});
