import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operationsOf, readOpenApi } from "../testing/open-api.ts";
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

/** Every documented route of one task or one group, with this in place of the id. */
async function routesOf(id: string) {
  return operationsOf(await readOpenApi(api))
    .filter(({ path }) => /^\/v1\/(?:tasks|groups)\/\{id\}/.test(path))
    .map(({ method, path }) => ({ method, path: path.replace("{id}", id) }));
}

const bodyFor = (method: string) => (method === "GET" ? {} : { body: {} });

test("an empty name in a path is refused by every route, and the tasks without a group stay as they are", async () => {
  const { json } = await api.post("/v1/tasks", { handler: "test" });
  const before = (await api.get("/v1/groups/-")).json;
  const routes = await routesOf("");
  expect(routes.map(({ path }) => path)).toContain("/v1/groups//cancel");
  for (const { method, path } of routes) {
    const { status, json: answer } = await api.request(method, path, bodyFor(method));
    expect([path, status, answer.error?.field]).toEqual([path, 400, "id"]);
    const hint = path.startsWith("/v1/groups/") ? "`-` stands for the tasks without a group" : "";
    expect(answer.error.message).toContain(hint);
  }
  expect((await api.get("/v1/groups/-")).json).toEqual(before);
  expect((await api.get(`/v1/tasks/${json.id}`)).json.status).toBe("queued");
});

test("a field or a query parameter that a route does not know is refused by every route, and nothing is done", async () => {
  for (const { method, path } of await routesOf("zz")) {
    const query = await api.request(method, `${path}?foo=1`, bodyFor(method));
    expect([method, path, query.status, query.json.error?.field]).toEqual([method, path, 400, "foo"]);
    if (method === "GET") continue;
    const body = await api.request(method, path, { body: { foo: 1 } });
    expect([method, path, body.status, body.json.error?.field]).toEqual([method, path, 400, "foo"]);
  }
});

test.each(["resume", "drain", "redrive", "discard"])("%s needs no body, and takes an empty one", async (verb) => {
  expect((await api.request("POST", `/v1/groups/zz/${verb}`)).status).toBe(200);
  expect((await api.post(`/v1/groups/zz/${verb}`, {})).status).toBe(200);
});
