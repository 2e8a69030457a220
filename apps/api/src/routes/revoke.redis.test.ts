import { createRedisRevocations } from "@switchyard/broker/redis-revocations";
import type { Revocation, Revocations } from "@switchyard/broker/revocation";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let server: TestRedis;
let api: TestApi;
let gateway: Revocations;
const heard: Revocation[] = [];

beforeAll(async () => {
  server = await startTestRedis();
  api = await startTestApi(server.url);
  const { redis } = checkSettings({ redis: { url: server.url } });
  gateway = await createRedisRevocations({ redis, logger: createLogger({ app: "test", level: "silent" }) });
  await gateway.follow((news) => heard.push(...news));
});
afterAll(async () => {
  await gateway.close();
  await api.close();
  await server.close();
});

test.each([
  [{ user: "mallory" }, { kind: "user", id: "mallory" }],
  [{ token_id: "jti-1" }, { kind: "token", id: "jti-1" }],
  [{ client: "c1" }, { kind: "client", id: "c1" }],
])("%j reaches a gateway as %j", async (body, revocation) => {
  const until = Math.floor(Date.now() / 1_000) + 600;
  expect((await api.post("/api/revoke", { ...body, until })).json).toEqual({
    result: { until, until_iso: new Date(until * 1_000).toISOString() },
  });
  await eventually(() =>
    expect(heard).toContainEqual({ ...revocation, untilMs: until * 1_000, beforeMs: expect.any(Number) }),
  );
});

test("without an end it holds for a day", async () => {
  const { json } = await api.post("/api/revoke", { user: "eve" });
  expect(Math.abs(json.result.until - (Date.now() / 1_000 + 86_400))).toBeLessThan(10);
});

test.each([
  [{}, "name exactly one of `user`, `token_id`, `client`"],
  [{ user: "a", client: "c" }, "name exactly one of"],
  [{ user: "" }, "user: must not be empty"],
  [{ token_id: "victim\u0000x" }, "token_id: must not contain control characters"],
  [{ user: "ann\u0000x" }, "user: must not contain control characters"],
  [{ user: "é".repeat(121) }, "user: must have 240 bytes or fewer"],
  [{ user: "a", until: 1_000 }, "until: has passed"],
  [{ token: "a" }, "token: unknown field; did you mean `token_id`?"],
])("%j is a bad request that says: %s", async (body, message) => {
  const { status, json } = await api.post("/api/revoke", body);
  expect([status, json.error.code]).toEqual([200, 107]);
  expect(json.error.message).toContain(message);
});
