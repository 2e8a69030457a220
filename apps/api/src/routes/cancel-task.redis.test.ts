import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisPublisher, type RedisPublisher } from "@switchyard/broker/redis-publisher";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";
import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";

let redis: TestRedis;
let api: TestApi;
let worker: TestWorker;
let reader: RedisPublisher;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  worker = await startTestWorker(redis.url);
  const settings = checkSettings({ redis: { url: redis.url } });
  const logger = createLogger({ app: "test", level: "silent" });
  reader = await createRedisPublisher({ redis: settings.redis, logger, rules: createChannelRules(settings.channel) });
});
afterAll(async () => {
  await worker.close();
  await reader.close();
  await api.close();
  await redis.close();
});

const enqueue = async (data: unknown, options: object = {}): Promise<string> =>
  (await api.post("/v1/tasks", { handler: "test", data, group: "g", attempts: 1, ...options })).json.id;
const call = (id: string, action: string, body?: object) => api.request("POST", `/v1/tasks/${id}/${action}`, { body });
const settled = async (id: string) => (await api.get(`/v1/tasks/${id}?wait=10`)).json;
const why = async (id: string) => (await api.get(`/v1/tasks/${id}/why`)).json;
/** What its channel says last. */
const announced = async (id: string) => {
  const { publications } = await reader.history(knownChannelName(`task:${id}`), { limit: 1 });
  return JSON.parse(String(publications.at(-1)?.body)).data;
};

test("a waiting and a running task are cancelled with the reason, seen by whoever watches; twice is once", async () => {
  const running = await enqueue("hang");
  const waiting = await enqueue("never");
  await eventually(async () => expect((await why(running)).state).toBe("running"));
  for (const id of [waiting, running]) {
    const { status, json } = await call(id, "cancel", { reason: "no longer wanted" });
    expect(status).toBe(200);
    expect(json).toMatchObject({ id, status: "cancelled", error: { code: "cancelled", message: "no longer wanted" } });
    expect(json).toMatchObject(await announced(id));
    // Without a body too, declared or not; the first reason stays.
    for (const headers of [{}, { "content-type": "application/json" }]) {
      expect((await api.request("POST", `/v1/tasks/${id}/cancel`, { headers })).json).toEqual(json);
    }
    expect(await settled(id)).toEqual(json);
  }
  expect(worker.started).not.toContain("never");
});

test("a task that has its end is not cancelled any more, and one nobody knows never was", async () => {
  const id = await enqueue("done");
  await settled(id);
  const { status, json } = await call(id, "cancel");
  expect([status, json.error]).toEqual([409, { code: "task_settled", message: "the task is `succeeded` already" }]);
  for (const action of ["cancel", "retry"]) {
    expect((await call("t_unknown", action)).json.error.code).toBe("task_unknown");
  }
  expect((await api.get("/v1/tasks/t_unknown/why")).status).toBe(404);
});

test("a failed task is enqueued again under its id, and only a failed one", async () => {
  const id = await enqueue("fail");
  expect(await settled(id)).toMatchObject({ status: "failed", error: { message: "no disk" } });
  const { status, json } = await call(id, "retry");
  expect(status).toBe(202);
  expect(json).toMatchObject({ id, status: "queued", attempt: 0, error: null });
  expect(await settled(id)).toMatchObject({ status: "failed", attempt: 1 });
  const done = await enqueue("done");
  await settled(done);
  const refused = await call(done, "retry");
  expect([refused.status, refused.json.error.code]).toEqual([409, "task_not_failed"]);
  expect(refused.json.error.message).toBe("the task is `succeeded`; only one that failed can be enqueued again");
});

test.each([
  [{ reasn: "x" }, "reasn", "unknown field; did you mean `reason`?"],
  [{ reason: "" }, "reason", "must not be empty"],
  [{ reason: "x".repeat(501) }, "reason", "must have 500 characters or fewer"],
  [[], undefined, "the body: must be an object or null"],
])("%j is a bad request at %s that says: %s", async (body, field, message) => {
  const { status, json } = await call("t_1", "cancel", body);
  expect([status, json.error.field]).toEqual([400, field]);
  expect(json.error.message).toContain(message);
});

test("why a task does not run is told in a word for programs and in a sentence for people", async () => {
  const [running, next, last] = [await enqueue("hang"), await enqueue(1), await enqueue(2)];
  await eventually(async () => expect((await why(running)).state).toBe("running"));
  expect(await why(next)).toMatchObject({
    id: next,
    state: "maxed",
    group: "g",
    ahead: 0,
    by: [running],
    text: "1 task of its group runs, which is all its group may.",
  });
  expect((await why(last)).text).toBe(
    "1 task of its group runs, which is all its group may, and 1 task of its group comes first.",
  );
  await call(running, "cancel");
  await settled(last);
  expect(await why(last)).toMatchObject({ state: "settled", status: "succeeded", text: "It has succeeded." });

  const later = await enqueue(3, { delayMs: 3_600_000 });
  expect(await why(later)).toMatchObject({ state: "delayed", untilMs: expect.any(Number) });
});

test("whoever watches a task sees what happens to it with its whole group", async () => {
  const act = (action: string) => api.request("POST", `/v1/groups/told/${action}`);
  const inGroup = (data: unknown) => enqueue(data, { group: "told" });
  const failed = await inGroup("fail");
  await settled(failed);
  await act("pause");
  const drained = await inGroup(1);
  await act("drain");
  await act("redrive");
  expect(await announced(drained)).toMatchObject({ status: "cancelled", error: { message: "its group was drained" } });
  expect(await announced(failed)).toMatchObject({ status: "queued" });
  await act("cancel");
  expect(await announced(failed)).toMatchObject({ status: "cancelled" });
});
