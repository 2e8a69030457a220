import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKey, startTestApi, type TestApi } from "../testing/test-api.ts";

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

/** Sends these bytes, and reads until the api closes. */
async function send(bytes: string) {
  const { hostname, port } = new URL(api.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(bytes);
  const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), body: JSON.parse(body) as { error: { code: string; message: string } } };
}

const error = (code: string) => ({ code, message: expect.any(String) });
const get = (path: string, headers = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`;

test.each([
  ["a path that is no UTF-8", get("/v1/tasks/%"), 400, "invalid_request"],
  ["a path that is no UTF-8, of no route", get("/x/%C3%28"), 400, "invalid_request"],
  ["an id of 2000 characters", get(`/v1/tasks/${"x".repeat(2_000)}`), 414, "path_too_long"],
  ["headers of 20 kB", get("/v1/tasks/t_1", `X-Long: ${"x".repeat(20_000)}\r\n`), 431, "head_too_large"],
  ["a URL of 20 kB", get(`/${"x".repeat(20_000)}`), 431, "head_too_large"],
  ["two lengths", get("/", "Content-Length: 1\r\nContent-Length: 2\r\n"), 400, "invalid_request"],
  ["a length and chunks", get("/", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400, "invalid_request"],
  ["a method in small letters", "post / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "invalid_request"],
  ["no host", "GET / HTTP/1.1\r\n\r\n", 400, "invalid_request"],
])("%s is refused in the shape of every other error, without repeating what was sent", async (...row) => {
  const [, bytes, status, code] = row;
  const answer = await send(bytes);
  expect(answer).toEqual({ status, body: { error: error(code) } });
  expect(answer.body.error.message.length).toBeLessThan(200);
});

test("a path under /api that is no UTF-8 is refused in the shape of the server API", async () => {
  expect((await send(get("/api/%"))).body).toEqual({ error: { code: 107, message: expect.any(String) } });
});

/** Two good requests with this one between them, in one write; what came back and how many were published. */
async function pipeline(between: string) {
  const { hostname, port } = new URL(api.url);
  const socket = connect({ host: hostname, port: Number(port) });
  const head = `Host: a\r\nX-API-Key: ${apiKey}\r\n`;
  const post = (body: string, more: string) =>
    `POST /api/publish HTTP/1.1\r\n${head}${more}Content-Length: ${body.length}\r\n\r\n${body}`;
  const good = '{"channel":"chat:pipeline","data":1}';
  const json = "Content-Type: application/json\r\n";
  const last = post(good, `${json}Connection: close\r\n`);
  socket.write(post(good, json) + between.replace("<post>", post("{bad", json)) + last);
  return Array.from((await text(socket)).matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => Number(status));
}

test.each([
  ["no JSON", "<post>", 400],
  [
    "no key",
    "POST /api/publish HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    401,
  ],
])("requests that are sent behind one with %s are answered, as they are run", async (_what, between, status) => {
  expect(await pipeline(between)).toEqual([200, status, 200]);
});
