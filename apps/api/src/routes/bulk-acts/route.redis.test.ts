import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword } from "../../ops/access/password-hash.ts";
import { apiKey, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { startTestWorker, type TestWorker } from "../../testing/test-worker.ts";

const password = "a-password-of-one's-own";
const keys = [
  { name: "carer", key: "key-of-who-looks-after-it", scopes: ["groups"] },
  { name: "shop", key: "key-of-the-shop-itself", scopes: ["tasks"] },
];

let redis: TestRedis;
let api: TestApi;
let worker: TestWorker | undefined;

beforeAll(async () => {
  redis = await startTestRedis();
  const password_hash = await hashPassword(password);
  const users = ["admin", "operator", "viewer"].map((role) => ({ name: `${role}-ann`, role, password_hash }));
  api = await startTestApi(redis.url, { http_api: { key: apiKey, keys }, ops: { users } });
  worker = await startTestWorker(redis.url);
  const tasks = Array.from({ length: 12 }, () => ({ handler: "test", data: "fail", group: "g", attempts: 1 }));
  const own = { handler: "hub.publish", data: { user: "ann", data: "fail" }, group: "g", attempts: 1 };
  await api.post("/v1/tasks/batch", { tasks: [...tasks, own] });
  await eventually(async () => {
    const { text } = await api.get("/v1/groups/g");
    if (!text.includes('"deadLetters":13')) throw new Error(`not all have failed: ${text}`);
  });
  // What is retried waits from here on.
  await worker.close();
  worker = undefined;
});
afterAll(async () => {
  await worker?.close();
  await api.close();
  await redis.close();
});

const as = (key: string, path: string, body: unknown) =>
  api.request("POST", path, { headers: { "x-api-key": key }, body });

async function login(role: string): Promise<string> {
  const { headers } = await api.request("POST", "/ops/login", {
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({ name: `${role}-ann`, password }).toString(),
  });
  return headers.get("set-cookie")?.split(";", 1)[0] ?? "";
}

test("tasks of a filter are counted, retried at a rate and told of, those of the hub's own by who may do what they do", async () => {
  const carer = "key-of-who-looks-after-it";
  const selection = { act: "retry", filter: { group: "g" } };
  const counted = await as(carer, "/v1/bulk-acts/count", selection);
  expect(counted.json).toMatchObject({ matched: 13, isComplete: true, until: expect.stringContaining("T") as string });
  const { untilMs } = counted.json;
  const begun = await as(carer, "/v1/bulk-acts", { ...selection, untilMs, perSecond: 200, reason: "mended" });
  expect(begun).toMatchObject({
    status: 202,
    json: { status: "running", matched: 13, by: "carer", filter: { group: "g" } },
  });
  const path = `/v1/bulk-acts/${begun.json.id}`;
  const get = () => api.request("GET", path, { headers: { "x-api-key": carer } });
  await eventually(async () => expect((await get()).json.status).toBe("finished"));
  expect((await get()).json).toMatchObject({ done: 12, skipped: 1, reason: "mended", perSecond: 200 });
  expect((await api.get("/v1/bulk-acts")).json.bulkActs[0]?.id).toBe(begun.json.id);
  expect((await api.get("/v1/groups/g/dead/reasons")).json).toMatchObject({ total: 1, reasons: [{ count: 1 }] });
  expect((await as(carer, `${path}/abort`, undefined)).json.status).toBe("finished");
  const audit = JSON.stringify(await redis.command("XRANGE", "sy:hub:audit:keys", "-", "+"));
  expect(audit.replaceAll("\\", "")).toContain('"matched":13,"done":12,"skipped":1}');
});

test("who lacks the scope, a filter that means nothing and an act that there is not are refused", async () => {
  const selection = { act: "retry", filter: { group: "g" } };
  expect((await as("key-of-the-shop-itself", "/v1/bulk-acts", selection)).status).toBe(403);
  expect((await api.post("/v1/bulk-acts", { ...selection, filter: { status: "queued" } })).json.error.field).toBe(
    "filter.status",
  );
  expect((await api.post("/v1/bulk-acts", { act: "retry" })).json.error.field).toBe("filter");
  // As a variable of the caller that is empty makes it.
  const all = { act: "cancel", filter: { until: "2100-01-01T00:00:00Z" } };
  expect((await api.post("/v1/bulk-acts", all)).json.error).toMatchObject({ code: "invalid_request", field: "filter" });
  expect((await api.post("/v1/bulk-acts", { ...all, all: true })).status).toBe(202);
  expect((await api.post("/v1/bulk-acts", { ...selection, perSecond: 1_001 })).status).toBe(400);
  expect((await api.get("/v1/bulk-acts/b_AAAAAAAAAAAAAAAAAAAAA")).json.error.code).toBe("bulk_act_unknown");
});

const runningOf = async (name: string) => {
  const all = (await api.get("/v1/bulk-acts")).json["bulkActs"] as unknown as { by: string; status: string }[];
  return all.filter(({ by, status }) => by === name && status === "running");
};

test("an operator acts on a hundred at most, an admin on all, and a viewer counts", async () => {
  const call = async (role: string, path: string, more: object = {}) => {
    const headers = { cookie: await login(role), "sec-fetch-site": "same-origin", "x-sy-console": "1" };
    const body = { act: "cancel", filter: { handler: "nobody's" }, reason: "no longer wanted", ...more };
    return api.request("POST", `/ops/api/bulk-acts${path}`, {
      headers,
      body: path === "/count" ? { ...body, reason: undefined } : body,
    });
  };
  const statuses = async (path: string) =>
    Promise.all(["viewer", "operator", "admin"].map(async (role) => (await call(role, path)).status));
  expect(await statuses("/count")).toEqual([200, 200, 200]);
  expect(await statuses("/few")).toEqual([403, 202, 202]);
  expect(await statuses("")).toEqual([403, 403, 202]);
  // A hundred, and at once a hundred more, would be all there is.
  const tasks = Array.from({ length: 130 }, () => ({ handler: "of-the-shop", group: "g" }));
  await api.post("/v1/tasks/batch", { tasks });
  const few = (limit: number) => call("operator", "/few", { filter: { handler: "of-the-shop" }, limit });
  expect((await few(60)).json).toMatchObject({ limit: 60, by: "operator-ann" });
  await eventually(async () => expect(await runningOf("operator-ann")).toEqual([]));
  expect((await few(60)).json.error.code).toBe("acts_full");
  expect((await few(40)).status).toBe(202);
  expect((await call("admin", "/few", { limit: 101 })).json.error).toMatchObject({ field: "limit" });
});
