import { parseExactJson } from "@switchyard/protocol/exact-json";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";
import { startTestWorker } from "../testing/test-worker.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

test("an unknown task is 404 at once, however long one would wait", async () => {
  const started = performance.now();
  for (const path of ["/v1/tasks/t_unknown", "/v1/tasks/t_unknown?wait=60"]) {
    const answer = await api.get(path);
    expect(answer.status).toBe(404);
    expect(answer.json.error.code).toBe("task_unknown");
  }
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("waits as long as it is told and returns the record as it is then", async () => {
  const { json: task } = await api.post("/v1/tasks", { handler: "test" });
  const started = performance.now();
  const answer = await api.get(`/v1/tasks/${task.id}?wait=1`);
  expect(answer.json).toMatchObject({ id: task.id, status: "queued" });
  expect(performance.now() - started).toBeGreaterThan(900);
});

test.each([
  ["wait=61", "wait: must be 60 or less"],
  ["wait=-1", "wait: must be 0 or more"],
  ["wait=soon", "wait: must be an integer"],
  ["wait=1&wait=2", "wait: must be there once, not several times"],
  ["wiat=1", "wiat: unknown field; did you mean `wait`?"],
])("?%s is a bad request that says: %s", async (query, message) => {
  const answer = await api.get(`/v1/tasks/t_1?${query}`);
  expect(answer.status).toBe(400);
  expect(answer.json.error.message).toContain(message);
});

test("a process that stops answers those who wait instead of keeping them", async () => {
  const stopping = await startTestApi(redis.url);
  try {
    const { json: task } = await stopping.post("/v1/tasks", { handler: "test" });
    const waiting = stopping.get(`/v1/tasks/${task.id}?wait=60`);
    // The answer to a later request proves that the earlier one has been read.
    await stopping.get("/livez");
    const started = performance.now();
    await stopping.drain();
    expect((await waiting).json).toMatchObject({ id: task.id, status: "queued" });
    expect(performance.now() - started).toBeLessThan(5_000);
  } finally {
    await stopping.close();
  }
});

test("numbers come back as they were spelled, through the worker and back", async () => {
  const worker = await startTestWorker(redis.url);
  try {
    const data = '{"id":9007199254740993,"price":1.0,"list":[1e2,-0,0.10],"huge":1e400}';
    const { json: task } = await api.post("/v1/tasks", parseExactJson(`{"handler":"test","data":${data}}`) as object);
    const { text, json } = await api.get(`/v1/tasks/${task.id}?wait=10`);
    expect(json.status).toBe("succeeded");
    expect(text).toContain(`"result":${data}`);
  } finally {
    await worker.close();
  }
});
