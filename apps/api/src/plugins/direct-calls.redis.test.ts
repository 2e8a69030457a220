import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;
const publisherOnly = { name: "shop", key: "shop-key-0123456789", scopes: ["publish"], namespaces: ["chat"] };

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, {
    http_api: { key: "test-api-key-0123456789", keys: [publisherOnly] },
    api: { port: 0, body_limit: 4096 },
  });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

type Headers = Readonly<Record<string, string>>;

/** Status, headers and text, without what differs from one answer to the next. */
async function answer(path: string, body: unknown, headers: Headers) {
  const { status, headers: given, text } = await api.request("POST", path, { body, headers });
  const told = Object.fromEntries(given);
  expect(told["x-request-id"]).toMatch(/^[\da-f-]{36}$/);
  for (const one of ["date", "x-request-id", "connection", "keep-alive"]) delete told[one];
  return { status, headers: told, text: text.replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, "<id>") };
}

/** A query is out of the ordinary, so the framework serves it; the route is the same. */
const throughFramework = (method: string) => `/api/${method}?`;

const message = { channel: "live:a", data: { n: 1.0 } };
const big = { channel: "live:a", data: "x".repeat(5_000) };

const requests: readonly (readonly [why: string, method: string, body: unknown, headers?: Headers])[] = [
  ["a publication", "publish", message],
  ["many", "broadcast", { channels: ["live:a", "nowhere:b", "chat:c"], data: 1, skip_history: true }],
  ["a command that reads", "presence", { channel: "room:a" }],
  ["a field that is missing", "publish", { channel: "live:a" }],
  ["a field nobody knows", "publish", { ...message, chanel: "x" }],
  ["a namespace nobody has configured", "publish", { channel: "nowhere:a", data: 1 }],
  ["no object", "publish", ["live:a"]],
  ["no JSON", "publish", '{"channel":'],
  ["bytes that are no UTF-8", "publish", Buffer.from([0x7b, 0xff])],
  ["half a surrogate pair", "publish", '{"channel":"live:a","data":"\\ud800"}'],
  ["too many entries", "publish", { channels: Array<string>(1_001).fill("a"), data: 1 }],
  ["a body over the bound", "publish", big],
  ["an empty body", "publish", ""],
  ["a wrong key", "publish", message, { "x-api-key": "wrong" }],
  [
    "the other header for the key",
    "publish",
    message,
    { "x-api-key": "", authorization: `apikey ${publisherOnly.key}` },
  ],
  ["a key that is bound to other namespaces", "publish", message, { "x-api-key": publisherOnly.key }],
  ["a key without the scope", "history", { channel: "chat:a" }, { "x-api-key": publisherOnly.key }],
  ["another type", "publish", message, { "content-type": "text/plain" }],
  ["a charset", "publish", message, { "content-type": "application/json; charset=utf-8" }],
  ["a charset nobody reads", "publish", message, { "content-type": "application/json; charset=utf-16" }],
  ["a packed body", "publish", message, { "content-encoding": "gzip" }],
  ["an idempotency key that is too long", "publish", message, { "idempotency-key": "k".repeat(300) }],
  ["two idempotency keys", "publish", { ...message, idempotency_key: "a" }, { "idempotency-key": "b" }],
];

const named = requests.map(([why, method, body, headers = {}]) => ({ why, method, body, headers }));
test.each(named)("$why is answered alike with and without the framework", async ({ method, body, headers }) => {
  const direct = await answer(`/api/${method}`, body, headers);
  expect(direct).toEqual(await answer(throughFramework(method), body, headers));
  expect(direct.headers["content-security-policy"]).toContain("default-src");
});

test("both ways count the same, under the same route", async () => {
  const counted = async () => {
    const { text } = await api.get("/metrics");
    const line = text
      .split("\n")
      .find((one) => one.startsWith('switchyard_http_requests_total{route="/api/publish",method="POST",status="200"}'));
    return Number(line?.split(" ").at(-1) ?? 0);
  };
  const before = await counted();
  for (const path of ["/api/publish", throughFramework("publish")]) await api.post(path, message);
  expect(await counted()).toBe(before + 2);
});

test("an idempotency key means the same both ways", async () => {
  const keyed = { headers: { "idempotency-key": "one" }, body: { channel: "chat:once", data: 1, receipt: true } };
  const [first, again] = [
    await api.request("POST", "/api/publish", keyed),
    await api.request("POST", throughFramework("publish"), keyed),
  ];
  expect(first.json.result).not.toHaveProperty("duplicate");
  expect(again.json.result).toMatchObject({ offset: first.json.result.offset, duplicate: true });
});
