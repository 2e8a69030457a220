import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
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

test("lists the nodes that are alive, with or without a body", async () => {
  expect((await api.post("/api/info", {})).json).toEqual({ result: { nodes: [] } });
  const node = {
    uid: "n1",
    name: "gateway-1",
    version: "0.1.0",
    num_clients: 3,
    num_users: 2,
    num_subs: 5,
    num_channels: 4,
    uptime: 12,
  };
  const { redis: section } = checkSettings({ redis: { url: redis.url } });
  const registry = await createRedisNodeRegistry({
    redis: section,
    logger: createLogger({ app: "test", level: "silent" }),
  });
  await registry.start(() => node);
  try {
    expect((await api.request("POST", "/api/info")).json).toEqual({ result: { nodes: [node] } });
  } finally {
    await registry.close();
  }
});
