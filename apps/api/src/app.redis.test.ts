import { connect } from "node:net";
import { once } from "node:events";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "./testing/test-api.ts";

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

test("an unknown path is told from a slip of the finger and from a wrong method", async () => {
  const unknown = await api.get("/nothing/here/at/all");
  expect([unknown.status, unknown.json.error.code]).toEqual([404, "not_found"]);
  const slip = await api.post("/api/pubish", {});
  expect([slip.status, slip.json.error.code]).toEqual([404, 104]);
  expect(slip.json.error.message).toContain("did you mean /api/publish?");
  const method = await api.get("/v1/tasks/t_1/cancel");
  expect([method.status, method.headers.get("allow")]).toEqual([405, "POST"]);
  expect(method.json.error).toEqual({
    code: "method_not_allowed",
    message: "/v1/tasks/t_1/cancel answers to POST only",
  });
});

test("every reply carries a request id and the headers that keep browsers careful", async () => {
  for (const path of ["/livez", "/nothing", "/v1/tasks/x", "/docs/json"]) {
    const { headers } = await api.get(path);
    expect(headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("counts requests by route, and never by address", async () => {
  await api.get("/v1/tasks/t_secret-name");
  const { text } = await api.get("/metrics");
  expect(text).toContain('switchyard_http_requests_total{route="/v1/tasks/:id",method="GET",status="404"}');
  expect(text).not.toContain("secret-name");
});

test.each([
  "GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  "BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
  "POST /api/publish HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
])("answers broken HTTP with a 4xx and lives on", async (request) => {
  const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
  let reply = "";
  socket.on("data", (chunk) => (reply += String(chunk)));
  socket.write(request);
  await once(socket, "close");
  expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect((await api.get("/livez")).status).toBe(200);
});

test("while Redis is away calls fail within 2 s and say so, and work again when it is back", async () => {
  const outage = await startTestRedis({ appendOnly: true });
  const cut = await startTestApi(outage.url);
  try {
    await outage.stop("SIGKILL");
    const started = performance.now();
    const enqueue = await cut.post("/v1/tasks", { handler: "test" });
    expect(enqueue.status).toBe(503);
    expect(Number(enqueue.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(enqueue.json.error).toEqual({
      code: "unavailable",
      message: "Redis does not answer, and nothing was done; try again",
    });
    expect((await cut.get("/v1/tasks/t_1?wait=30")).status).toBe(503);
    expect((await cut.post("/api/publish", { user: "ann", data: 1 })).json.error.code).toBe(100);
    for (const [method, params] of Object.entries({
      info: {},
      publish: { user: "ann", data: 1, receipt: true },
      disconnect: { user: "ann" },
      revoke: { user: "ann" },
      presence: { channel: "room:1" },
      presence_stats: { channel: "room:1" },
      history: { channel: "chat:1" },
      history_remove: { channel: "chat:1" },
    })) {
      const { status, json } = await cut.post(`/api/${method}`, params);
      expect([method, status, json.error?.code]).toEqual([method, 200, 100]);
    }
    expect(performance.now() - started).toBeLessThan(8_000);
    expect((await cut.get("/livez")).status).toBe(200);
    const readiness = await cut.get("/readyz");
    expect(readiness.status).toBe(503);
    await outage.restart();
    await expect.poll(async () => (await cut.get("/readyz")).status, { timeout: 10_000 }).toBe(200);
    expect((await cut.post("/v1/tasks", { handler: "test" })).status).toBe(202);
  } finally {
    await cut.close();
    await outage.close();
  }
});

test("a Redis that hangs is answered for within 2 s", async () => {
  redis.signal("SIGSTOP");
  try {
    for (const [path, body] of [
      ["/v1/tasks", { handler: "test" }],
      ["/api/publish", { user: "ann", data: 1 }],
    ] as const) {
      const started = performance.now();
      const answer = await api.post(path, body);
      expect(answer.json.error).toBeDefined();
      // The 2 s and what a busy machine adds; waiting for a second command after the first would make it 4 s at least.
      expect(performance.now() - started).toBeLessThan(4_000);
    }
  } finally {
    redis.signal("SIGCONT");
  }
});

test("every answer says which version of the hub it is from", async () => {
  for (const path of [
    "/livez",
    "/metrics",
    "/docs/json",
    "/docs/",
    "/ops/login",
    "/",
    "/v1/groups",
    "/nowhere",
    "/v1/tasks/x",
  ]) {
    for (const key of ["", "wrong"]) {
      const { headers } = await api.request("GET", path, key === "" ? {} : { headers: { "x-api-key": key } });
      expect({ path, version: headers.get("switchyard-version") }).toEqual({
        path,
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      });
    }
  }
  expect((await api.request("POST", "/api/publish", { body: "{broken" })).headers.has("switchyard-version")).toBe(true);
});
