import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

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

const batch = (tasks: unknown) => api.post("/v1/tasks/batch", { tasks });

test("takes 1000 tasks in their order, each with its channel and token", async () => {
  const tasks = Array.from({ length: 1_000 }, (_, data) => ({ handler: "test", data, group: "many" }));
  const { status, json } = await batch(tasks);
  expect([status, json.accepted, json.refused]).toEqual([200, 1_000, 0]);
  expect(json.results[999]).toEqual({
    index: 999,
    id: expect.stringMatching(/^t_/),
    channel: `task:${json.results[999]?.id}`,
    token: expect.any(String),
  });
  // Place 0 is the first of the group and place 999 the last: nobody was overtaken.
  for (const index of [0, 1, 500, 999]) {
    const { json: why } = await api.get(`/v1/tasks/${json.results[index]?.id}/why`);
    expect(why.ahead ?? 0).toBe(index);
  }
});

test("what is refused is refused alone, and says its index, its field and why, as a single task would", async () => {
  const { status, json } = await batch([
    { handler: "test" },
    { handlr: "test" },
    { handler: "test", attempts: "3" },
    17,
    { handler: "a b" },
    { handler: "test", data: "x".repeat(300_000) },
    { handler: "test", delayMs: 1, runAt: 2 },
    { handler: "test" },
  ]);
  expect(status).toBe(200);
  expect(json).toMatchObject({ accepted: 2, refused: 6 });
  expect(json.results.map(({ id, error }: { id?: string; error?: object }) => [id !== undefined, error])).toEqual([
    [true, undefined],
    [false, { code: "invalid_request", field: "handlr", message: expect.stringContaining("did you mean `handler`?") }],
    [false, { code: "invalid_request", field: "attempts", message: "attempts: must be an integer" }],
    [false, { code: "invalid_request", message: "the task: must be an object" }],
    [false, { code: "invalid_request", field: "handler", message: expect.stringContaining("letters, digits") }],
    [false, { code: "body_too_large", field: "data", message: expect.stringContaining("262144") }],
    [false, { code: "invalid_request", field: "runAt", message: expect.stringContaining("cannot be combined") }],
    [true, undefined],
  ]);
  expect(json.results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("a full group takes what fits and refuses the rest; alone that is 429 with a time to try again", async () => {
  await api.request("PUT", "/v1/groups/small", { body: { maxSize: 2 } });
  const task = { handler: "test", group: "small" };
  const { json } = await batch([task, task, task, { handler: "test", group: "other" }]);
  expect(json).toMatchObject({ accepted: 3, refused: 1 });
  expect(json.results[2]?.error).toEqual({
    code: "group_full",
    field: "group",
    message: expect.stringContaining("holds 2 waiting tasks"),
  });
  const single = await api.post("/v1/tasks", task);
  expect([single.status, single.json.error.code]).toEqual([429, "group_full"]);
  expect(Number(single.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("sending a batch again with the same idempotency keys takes nothing twice", async () => {
  const tasks = [1, 2, 3].map((data) => ({ handler: "test", data, group: "again", idempotencyKey: `again-${data}` }));
  const first = (await batch(tasks)).json.results;
  const second = (await batch([...tasks, { ...tasks[0], data: "another" }])).json;
  expect(second.results.slice(0, 3)).toEqual(
    first.map((result: object) => ({ ...result, duplicate: true, token: expect.any(String) })),
  );
  expect(second.results[3]?.error).toMatchObject({ code: "idempotency_conflict", field: "idempotencyKey" });
  expect((await api.get("/v1/groups/again")).json.waiting).toBe(3);
});

test.each([
  [[], "tasks: must have 1 item or more"],
  [Array.from({ length: 1_001 }, () => ({ handler: "test" })), "tasks: must have 1000 items or fewer"],
  [{}, "tasks: must be an array"],
])("a batch of the wrong size or shape is refused as a whole", async (tasks, message) => {
  const { status, json } = await batch(tasks);
  expect([status, json.error.code, json.error.field]).toEqual([400, "invalid_request", "tasks"]);
  expect(json.error.message).toBe(message);
});
