import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKey, startTestApi, type TestApi } from "../testing/test-api.ts";
import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";

let redis: TestRedis;
let api: TestApi;
let worker: TestWorker;

const scopes = ["tasks", "groups"];
const keys = [
  { name: "operator", key: "key-of-the-operator", scopes },
  { name: "shop", key: "key-of-the-shop-itself", scopes: [...scopes, "publish"] },
  { name: "branch", key: "key-of-a-branch-of-it", scopes: [...scopes, "publish"], namespaces: ["user"] },
];

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, { http_api: { key: apiKey, keys } });
  worker = await startTestWorker(redis.url);
});
afterAll(async () => {
  await worker.close();
  await api.close();
  await redis.close();
});

const as = (name: string, path: string) =>
  api.request("POST", path, {
    headers: { "x-api-key": keys.find((key) => key.name === name)?.key ?? "" },
  });

async function failed(task: object): Promise<string> {
  const { json } = await api.post("/v1/tasks", { group: "g", attempts: 1, ...task });
  expect((await api.get(`/v1/tasks/${json.id}?wait=10`)).json.status).toBe("failed");
  return json.id;
}

test("a failed task of the hub's own is run again by who may do what it does, also when its record has expired", async () => {
  const own = await failed({ handler: "hub.publish", data: { user: "ann", data: "fail" } });
  const other = await failed({ handler: "test", data: "fail" });
  const statuses = async (id: string) =>
    Promise.all(["operator", "branch"].map(async (name) => (await as(name, `/v1/tasks/${id}/retry`)).status));
  expect(await statuses(own)).toEqual([403, 403]);
  const lacking = await as("operator", `/v1/tasks/${own}/retry`);
  expect(lacking.json.error.message).toContain("lacks the scope `publish`");
  for (const name of ["operator", "branch"]) expect((await as(name, "/v1/groups/g/redrive")).status).toBe(403);
  expect((await api.get("/v1/groups/g")).json.deadLetters).toBe(2);
  await redis.command("DEL", `{sy:tasks}:record:${own}`);
  expect(await statuses(own)).toEqual([403, 403]);
  expect((await as("operator", `/v1/tasks/${other}/retry`)).status).toBe(202);
  expect((await as("shop", `/v1/tasks/${own}/retry`)).status).toBe(202);
  expect((await as("operator", "/v1/tasks/t_AAAAAAAAAAAAAAAAAAAAA/retry")).status).toBe(404);
});
