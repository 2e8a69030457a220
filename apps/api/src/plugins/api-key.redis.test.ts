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

const protectedPaths = [
  "POST /api/publish",
  "POST /api/broadcast",
  "POST /api/info",
  "POST /v1/tasks",
  "GET /v1/tasks/t_1",
];

test.each(protectedPaths)("%s is refused without the key, before anything is read of the body", async (line) => {
  const [method = "", path = ""] = line.split(" ");
  const options =
    method === "POST" ? { headers: { "x-api-key": "" }, body: "{broken" } : { headers: { "x-api-key": "" } };
  const answer = await api.request(method, path, options);
  expect(answer.status).toBe(401);
  expect(answer.json.error.message).toContain("send the API key in the header X-API-Key");
  expect(answer.json.error.code).toBe(path.startsWith("/api/") ? 101 : "unauthorized");
});

test("Centrifugo's Authorization form is taken", async () => {
  const headers = { "x-api-key": "", authorization: `apikey ${apiKey}` };
  expect((await api.request("POST", "/api/info", { headers })).status).toBe(401);
  const response = await fetch(`${api.url}/api/info`, {
    method: "POST",
    headers: { authorization: headers.authorization },
  });
  expect(response.status).toBe(200);
});

test.each([`${apiKey}x`, apiKey.slice(1), apiKey.toUpperCase(), `${apiKey}, ${apiKey}`])(
  "the key %s is wrong",
  async (key) => {
    const answer = await api.request("POST", "/api/info", { headers: { "x-api-key": key } });
    expect(answer.status).toBe(401);
    expect(answer.json.error.message).toContain("the API key is wrong");
    expect(answer.text).not.toContain(apiKey);
  },
);

test("a key in the URL is refused with the reason", async () => {
  const response = await fetch(`${api.url}/api/info?api_key=${apiKey}`, { method: "POST" });
  expect(response.status).toBe(401);
  expect(await response.text()).toContain("a key in the URL ends up in access logs");
});

test("a hub without a key refuses everybody, the empty key included, and says how to set one", async () => {
  const closed = await startTestApi(redis.url, { http_api: { key: "" } });
  try {
    const answer = await closed.request("POST", "/api/info", { headers: { "x-api-key": "" } });
    expect(answer.status).toBe(401);
    expect(answer.json.error.message).toContain("set SWITCHYARD_API_KEY");
  } finally {
    await closed.close();
  }
});
