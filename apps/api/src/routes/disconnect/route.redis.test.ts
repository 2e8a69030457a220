import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

// What it does to connections is in tests/server-api.test.ts.

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

const nobody = "user: name the `user`, or one connection by `client`";

test.each([
  [{ user: "oz", disconnect: { code: 2999, reason: "x" } }, "disconnect.code: must be 3000 or more"],
  [{ user: "oz", disconnect: { code: 5000, reason: "x" } }, "disconnect.code: must be 4999 or less"],
  [{ user: "oz", disconnect: { code: 4000, reason: "" } }, "disconnect.reason: must not be empty"],
  [{ user: "oz", disconnect: { code: 4000, reason: "é".repeat(62) } }, "is 124 bytes long, the bound is 123"],
  [{ user: "oz", disconnect: { code: 4000, reason: '{"reconnect":true}' } }, "must not be JSON"],
  [{ whitelist: ["c"] }, nobody],
  [{ user: "", client: "" }, nobody],
])("%j is refused: %s", async (params, message) => {
  const { status, json } = await api.post("/api/disconnect", params);
  expect([status, json]).toEqual([200, { error: { code: 107, message: expect.stringContaining(message) } }]);
});

test.each(["subscribe", "unsubscribe", "refresh"])("%s names its connections in the same way", async (method) => {
  const params = method === "refresh" ? {} : { channel: "chat:a" };
  expect((await api.post(`/api/${method}`, params)).json.error.message).toContain(nobody);
  const named = { ...params, user: "ann", client: "" };
  expect((await api.post(`/api/${method}`, named)).json).toEqual({ result: { connections: 0 } });
});
