import { eventually } from "@switchyard/testkit/eventually";
import { namesOfEveryObject } from "@switchyard/testkit/names-of-every-object";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "./testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  // Tasks of whatever handler, as a BullMQ client could enqueue them.
  api = await startTestApi(redis.url, { tasks: { unknown_handlers: "accept" } });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

test.each(namesOfEveryObject)(
  "`%s` is a name like others, of a handler, a group, a channel, a user and a namespace",
  async (name) => {
    const taken = await api.post("/v1/tasks", { handler: name, group: name, data: { [name]: 1 } });
    expect(taken.status).toBe(202);
    expect((await api.get(`/v1/tasks/${taken.json.id}`)).json).toMatchObject({
      handler: name,
      group: name,
      status: "queued",
    });
    expect((await api.request("PUT", `/v1/groups/${name}`, { body: { concurrency: 3 } })).json).toMatchObject({
      id: name,
      settings: { concurrency: 3 },
    });
    expect((await api.get(`/v1/groups/${name}`)).json).toMatchObject({ id: name, waiting: 1 });
    expect((await api.get(`/v1/tasks?handler=${name}`)).status).toBe(200);

    expect((await api.post("/api/publish", { channel: `chat:${name}`, data: 1 })).json).toMatchObject({
      result: { offset: 1 },
    });
    expect((await api.post("/api/history", { channel: `chat:${name}`, limit: 1 })).json).toMatchObject({
      result: { offset: 1 },
    });
    expect((await api.post("/api/presence", { channel: `room:${name}` })).json).toEqual({ result: { presence: {} } });
    // No namespace of this name is configured.
    expect((await api.post("/api/publish", { channel: `${name}:x`, data: 1 })).json).toMatchObject({
      error: { code: 102 },
    });
    expect((await api.post(`/api/${name}`, {})).status).toBe(404);

    expect((await api.get(`/v1/users/${name}/status`)).json).toMatchObject({ online: false });
    expect((await api.get(`/v1/users/${name}/connections`)).status).toBe(200);
    expect((await api.post("/api/disconnect", { user: name })).json).toEqual({ result: { connections: 0 } });
  },
);

test("no such name makes a number of the queue one that nobody can act on", async () => {
  // What was read a moment ago is told again.
  await eventually(async () => {
    const { text } = await api.get("/metrics");
    const values = text.split("\n").filter((line) => line.startsWith("switchyard_queue_"));
    expect(values.find((line) => line.startsWith("switchyard_queue_need_slots"))).toMatch(/ [1-9]\d*$/);
    expect(values.filter((line) => /nan|inf/i.test(line))).toEqual([]);
  });
});
