import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examplesOf, operationsOf, type OpenApi, readOpenApi } from "../testing/open-api.ts";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;
let document: OpenApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  document = await readOpenApi(api);
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const operations = () => operationsOf(document);

test("documents every route of the table", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(operations().map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /api/publish",
    "POST /api/broadcast",
    "POST /api/subscribe",
    "POST /api/unsubscribe",
    "POST /api/disconnect",
    "POST /api/refresh",
    "POST /api/revoke",
    "POST /api/presence",
    "POST /api/presence_stats",
    "POST /api/history",
    "POST /api/history_remove",
    "POST /api/info",
    "POST /api/channels",
    "POST /api/batch",
    "POST /api",
    "POST /v1/tasks",
    "POST /v1/tasks/batch",
    "GET /v1/tasks/{id}",
    "GET /v1/tasks/{id}/why",
    "POST /v1/tasks/{id}/cancel",
    "POST /v1/tasks/{id}/retry",
    "GET /v1/handlers",
    "GET /v1/groups",
    "GET /v1/groups/{id}",
    "PUT /v1/groups/{id}",
    "DELETE /v1/groups/{id}/settings",
    "POST /v1/groups/{id}/pause",
    "POST /v1/groups/{id}/resume",
    "POST /v1/groups/{id}/drain",
    "POST /v1/groups/{id}/cancel",
    "GET /v1/groups/{id}/dead",
    "POST /v1/groups/{id}/redrive",
    "POST /v1/groups/rebuild",
    "GET /demo/token",
    "POST /demo/push",
    "GET /demo/curl-config",
  ]);
});

test("each has a name, a summary, a tag, and says whether it needs the key", () => {
  for (const { path, operation } of operations()) {
    const needsKey = !path.startsWith("/demo");
    expect({ path, ...operation }).toMatchObject({
      operationId: expect.stringMatching(/^\w+$/),
      summary: expect.stringMatching(/^[A-Z]/),
      tags: [expect.any(String)],
    });
    expect({ path, security: operation.security }).toEqual({ path, security: needsKey ? undefined : [] });
    expect({ path, refuses: "401" in operation.responses }).toEqual({ path, refuses: needsKey });
  }
});

test("every example works when it is sent", async () => {
  const examples = operations().flatMap(({ method, path, operation }) =>
    examplesOf(operation).map((body) => ({ method, path, body })),
  );
  // Every route that takes a body shows one, and more where there is more than one way to call it.
  const withBody = operations().filter(({ operation }) => operation.requestBody !== undefined);
  expect(new Set(examples.map(({ path }) => path))).toEqual(new Set(withBody.map(({ path }) => path)));
  for (const { method, path, body } of examples) {
    const { status, text } = await api.request(method, await withId(path), { body });
    expect({ path, status, text }).toMatchObject({ path, status: path === "/v1/tasks" ? 202 : 200 });
    // The record of a cancelled task has an `error` of its own.
    expect(path === "/v1/tasks/{id}/cancel" ? "" : text).not.toContain('"error"');
  }
});

/** What the path needs to be there is made: a task; groups need no making. */
async function withId(path: string): Promise<string> {
  if (!path.includes("{id}")) return path;
  const { json } = path.startsWith("/v1/tasks/")
    ? await api.post("/v1/tasks", { handler: "test" })
    : { json: { id: "g" } };
  return path.replace("{id}", json.id);
}

test("the page loads nothing from elsewhere", async () => {
  const page = await api.get("/docs/");
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/(src|href)="https?:/);
  expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
  expect((await api.get("/docs/static/swagger-ui-bundle.js")).status).toBe(200);
});
