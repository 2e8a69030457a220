import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { spawnApp, startApp } from "@switchyard/testkit/app-process";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";

let redis: TestRedis;
const secrets = {
  SWITCHYARD_API_KEY: "canary-api-key-0123456789",
  SWITCHYARD_TOKEN_SECRET: "canary-token-secret-of-32-characters",
  SWITCHYARD_OPS_PASSWORD: "canary-ops-password",
};

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());

test("a real process serves, logs nothing it was told in confidence, and stops cleanly", async () => {
  const api = await startApp("api", {
    ...secrets,
    SWITCHYARD_REDIS_URL: redis.url,
    SWITCHYARD_LOG_LEVEL: "trace",
    SWITCHYARD_API_DEMO: "true",
  });
  const headers = { "x-api-key": secrets.SWITCHYARD_API_KEY, "content-type": "application/json" };
  const send = (path: string, body: string) => fetch(api.url + path, { method: "POST", headers, body });
  expect((await send("/api/publish", '{"user":"canary-user","data":"canary-data"}')).status).toBe(200);
  expect((await send("/v1/tasks", '{"handler":"test","data":"canary-data","canary":1}')).status).toBe(400);
  await fetch(`${api.url}/api/info?api_key=${secrets.SWITCHYARD_API_KEY}`, { method: "POST" });
  const token = (await (await fetch(`${api.url}/demo/token?user=canary-user`)).json()) as { token: string };
  await redis.stop();
  expect((await send("/api/publish", '{"user":"canary-user","data":"canary-data"}')).status).toBe(200);
  expect((await send("/v1/tasks", '{"handler":"test","data":"canary-data"}')).status).toBe(503);
  await redis.restart();
  expect(await api.stop()).toBe(0);
  const log = api.log.join("\n");
  expect(log).toContain('"msg":"request"');
  expect(log).toContain('"key":"http_api.key"');
  expect(log).not.toContain("canary");
  expect(log).not.toContain(token.token);
});

test("a taken port is one line that names it, and exit code 1", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  const { exited, log } = spawnApp("api", { SWITCHYARD_REDIS_URL: redis.url, SWITCHYARD_API_PORT: String(port) });
  expect(await exited).toBe(1);
  holder.close();
  expect(log.join("\n")).toContain(`switchyard api: port ${port} on 127.0.0.1 is taken`);
});

test("a Redis that is not there is one line that names it, and exit code 1", async () => {
  const { exited, log } = spawnApp("api", { SWITCHYARD_REDIS_URL: "redis://:hidden@127.0.0.1:1" });
  expect(await exited).toBe(1);
  expect(log.join("\n")).toContain("switchyard api: Redis at ");
  expect(log.join("\n")).not.toContain("hidden");
});
