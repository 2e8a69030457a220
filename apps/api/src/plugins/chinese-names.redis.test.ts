import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let [api, plain]: TestApi[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, { tasks: { chinese_names: true } });
  plain = await startTestApi(redis.url);
});
afterAll(async () => {
  await api?.close();
  await plain?.close();
  await redis.close();
});

const item = { 处理脚本: "test", data: { test: "test" }, 分组: "1", 处理结果: "0" };

/** The task as it was stored. */
async function stored(body: object) {
  const { status, json } = (await api?.post("/v1/tasks", body)) ?? {};
  expect(status).toBe(202);
  return JSON.parse((await api?.get(`/v1/tasks/${json?.id}`))?.text ?? "") as object;
}

test("a queue item of the tutorials is a task, and its answer is that of any task", async () => {
  expect(await stored(item)).toMatchObject({ handler: "test", group: "1", status: "queued" });
  expect(await stored({ 处理脚本: "test", 分组: 7, 处理结果: 0 })).toMatchObject({ handler: "test", group: "7" });
  expect(await stored({ handler: "test", group: "2" })).toMatchObject({ handler: "test", group: "2" });
});

test("in a list each is read so, and one that cannot be is refused alone", async () => {
  const { json } = (await api?.post("/v1/tasks/batch", { tasks: [item, { ...item, 处理结果: "1" }, 17] })) ?? {};
  expect(json).toMatchObject({ accepted: 1, refused: 2 });
  expect(json?.results[1]?.error).toMatchObject({ field: "处理结果" });
});

test.each([
  [{ ...item, handler: "count" }, "处理脚本"],
  [{ ...item, group: "2" }, "分组"],
  [{ ...item, 处理结果: "done" }, "处理结果"],
])("what stands there twice, or is done already, is refused by name", async (body, field) => {
  const { status, json } = (await api?.post("/v1/tasks", body)) ?? {};
  expect([status, json?.error.field]).toEqual([400, field]);
});

test("where no setting says so they are names like any unknown one", async () => {
  expect(await plain?.post("/v1/tasks", item)).toMatchObject({ status: 400 });
});
