import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

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

test.each(["meta", "g:settings", "g:fails", "wait", "events", "id", "t_1:lock", "repeat:nightly", "a%00b"])(
  "%s is a bad request at the field id, whatever is wanted of it, and settings of groups stay",
  async (id) => {
    await api.request("PUT", "/v1/groups/kept", { body: { concurrency: 7 } });
    for (const answer of [
      await api.get(`/v1/tasks/${id}`),
      await api.get(`/v1/tasks/${id}?wait=1`),
      await api.get(`/v1/tasks/${id}/why`),
      await api.post(`/v1/tasks/${id}/cancel`, {}),
      await api.post(`/v1/tasks/${id}/retry`, {}),
    ]) {
      expect([answer.status, answer.json.error]).toMatchObject([400, { code: "invalid_request", field: "id" }]);
    }
    expect((await api.get("/v1/groups/kept")).json.settings.concurrency).toBe(7);
  },
);

test("every group a task can be enqueued in can be asked for by its name, and is that group", async () => {
  const names = [
    "a",
    "-a",
    "...",
    "%",
    "%2F",
    "a/b",
    "a\\b",
    " ",
    "?",
    "#",
    "a+b",
    "é",
    "组".repeat(128),
    "😀".repeat(64),
    "~",
    "null",
    "sha1-",
  ];
  for (const group of names) {
    expect((await api.post("/v1/tasks", { handler: "test", group })).status).toBe(202);
    const { json } = await api.get(`/v1/groups/${encodeURIComponent(group)}`);
    expect([json.id, json.waiting]).toEqual([group, 1]);
  }
});

test.each([
  ["group", { handler: "test", group: "webhook:1:0" }],
  ["handler", { handler: "hub.webhook", group: "webhook:1:0" }],
  ["handler", { handler: "hub.events", group: "webhook:1:0" }],
])("nobody enqueues in the lane of a webhook: the %s is refused", async (field, task) => {
  const { status, json } = await api.post("/v1/tasks", task);
  expect([status, json.error]).toMatchObject([400, { code: "invalid_request", field }]);
  expect((await api.get("/v1/groups/webhook:1:0")).json.waiting).toBe(0);
});

test.each(["-", "*", ".", ".."])(
  "a task in a group called %s is refused, and `-` stays the tasks without a group",
  async (group) => {
    expect((await api.post("/v1/tasks", { handler: "test", group })).json.error).toMatchObject({ field: "group" });
    const { json } = await api.post("/v1/tasks", { handler: "test" });
    expect((await api.get("/v1/groups/-")).json.id).toBe("");
    expect((await api.post("/v1/groups/-/cancel", {})).json).toMatchObject({ cancelled: 1 });
    expect((await api.get(`/v1/tasks/${json.id}`)).json.status).toBe("cancelled");
  },
);
