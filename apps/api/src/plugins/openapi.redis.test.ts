import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentedRoutes } from "../testing/documented-routes.ts";
import { examplesOf, mediaExamples, operationsOf, type OpenApi, readOpenApi } from "../testing/open-api.ts";
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
  expect(operations().map(({ method, path }) => `${method} ${path}`)).toEqual(documentedRoutes);
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

test("each says which scope a key needs, and whether it may be repeated", () => {
  const known = [
    "publish",
    "subscribe",
    "disconnect",
    "presence",
    "history",
    "info",
    "connections",
    "tasks",
    "search",
    "groups",
    "schedules",
    "inbox",
    "alerts",
    "of each command",
    "none",
  ];
  for (const { path, method, operation } of operations()) {
    expect(known).toContain(operation["x-scope"]);
    const allowed = method === "GET" ? /^safe$/ : /^(?:safe|key|never)$/;
    expect({ path, retry: operation["x-retry"] }).toEqual({ path, retry: expect.stringMatching(allowed) });
  }
  const scopes = Object.fromEntries(
    operations().map(({ path, method, operation }) => [`${method} ${path}`, operation["x-scope"]]),
  );
  expect(scopes).toMatchObject({
    "POST /api/publish": "publish",
    "POST /v1/tasks": "tasks",
    "GET /v1/tasks": "search",
    "POST /v1/groups/{id}/pause": "groups",
  });
});

test("each tells all errors it may answer with, every one with an example", () => {
  for (const { path, method, operation } of operations()) {
    const { responses } = operation;
    const statuses = Object.keys(responses);
    const isRpc = path.startsWith("/api");
    const isDemo = path.startsWith("/demo");
    const needed = [
      ...(isDemo ? [] : ["401", "403"]),
      ...(operation.requestBody === undefined ? [] : ["400", "413", "415"]),
      ...(isRpc || isDemo ? [] : ["503"]),
      // What writes may have written.
      ...(isRpc || isDemo || method === "GET" ? [] : ["504"]),
    ];
    expect({ path, missing: needed.filter((status) => !statuses.includes(status)) }).toEqual({ path, missing: [] });
    for (const [status, { description, content }] of Object.entries(responses)) {
      expect(description.length).toBeGreaterThan(3);
      expect({ path, status, shown: mediaExamples(content?.["application/json"]).length }).toEqual({
        path,
        status,
        shown: expect.toSatisfy((count: number) => count > 0),
      });
    }
  }
});

test("every example of a request and of an answer is what its schema says", () => {
  let checked = 0;
  for (const { path, operation } of operations()) {
    const medias = [operation.requestBody, ...Object.values(operation.responses)].map(
      (part) => part?.content?.["application/json"],
    );
    for (const media of medias) {
      if (media === undefined) continue;
      const validator = Compile(inline(media.schema) as TSchema);
      for (const example of mediaExamples(media)) {
        checked += 1;
        expect({ path, example, problems: validator.Errors(example) }).toEqual({ path, example, problems: [] });
      }
    }
  }
  expect(checked).toBeGreaterThan(200);
  // And a wrong one would be found.
  const task = Compile(inline(document.components.schemas["Task"]) as TSchema);
  expect(task.Check({ id: "t_1", status: "done" })).toBe(false);
});

/** References put back where they stand. */
function inline(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(inline);
  if (typeof node !== "object" || node === null) return node;
  const { $ref, ...rest } = node as { readonly $ref?: string };
  const target = $ref === undefined ? {} : document.components.schemas[$ref.split("/").at(-1) ?? ""];
  expect(target).toBeDefined();
  return Object.fromEntries(Object.entries({ ...target, ...rest }).map(([key, value]) => [key, inline(value)]));
}

test("what has a name is a component, and nothing is described twice", () => {
  const names = Object.keys(document.components.schemas);
  expect(names).toEqual(
    expect.arrayContaining([
      "Task",
      "TaskRequest",
      "AcceptedTask",
      "Group",
      "GroupSettings",
      "DeadLetter",
      "Explanation",
      "Error",
      "RpcError",
      "PublishRequest",
      "PublishResult",
      "Publication",
      "ClientInfo",
      "Connection",
      "ConnectionDetail",
      "UserStatus",
      "Block",
    ]),
  );
  // An item has a title of its own.
  const schemas = JSON.stringify(document.paths, (key, value: unknown) =>
    /^examples?$/.test(key) ? undefined : value,
  );
  expect(schemas).not.toContain('"title"');
});

test("each time of an answer stands there in milliseconds and as ISO 8601", () => {
  const fields = new Set<string>();
  const visit = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    const { properties } = node as { readonly properties?: Readonly<Record<string, { readonly format?: string }>> };
    for (const name of Object.keys(properties ?? {}).filter((key) => /(?:At|[uU]ntil|^since)Ms$/.test(key))) {
      fields.add(name);
      expect({ name, twin: properties?.[name.slice(0, -2)]?.format }).toEqual({ name, twin: "date-time" });
    }
    // Requests take both ways in one field.
    for (const [name, child] of Object.entries(node)) if (!name.endsWith("Request")) visit(child);
  };
  // A request has one or the other.
  const schemas = Object.entries(document.components.schemas).filter(([name]) => !name.endsWith("Request"));
  visit([schemas, operations().map(({ operation }) => operation.responses)]);
  expect([...fields].toSorted()).toEqual([
    "archivedAtMs",
    "askedAtMs",
    "beganAtMs",
    "connectedAtMs",
    "createdAtMs",
    "dueAtMs",
    "endedAtMs",
    "enqueuedAtMs",
    "expiresAtMs",
    "failedAtMs",
    "finishedAtMs",
    "interactedAtMs",
    "lastSeenAtMs",
    "limitedUntilMs",
    "loggedAtMs",
    "newestAtMs",
    "nextAtMs",
    "pausedAtMs",
    "readAtMs",
    "sinceMs",
    "snoozedUntilMs",
    "startedAtMs",
    "tickAtMs",
    "untilMs",
    "updatedAtMs",
  ]);
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
    // A task that waits has nothing to retry or to discard; that it was asked for in the right way is seen from the refusal.
    const expected = answersOtherwise[path] ?? 200;
    expect({ path, status, text }).toMatchObject({ path, status: expected });
    // The record of a cancelled task has an `error` of its own.
    expect(path === "/v1/tasks/{id}/cancel" || expected >= 400 ? "" : text).not.toContain('"error"');
  }
});

const answersOtherwise: Readonly<Record<string, number>> = {
  "/v1/tasks": 202,
  "/v1/tasks/{id}/retry": 409,
  "/v1/tasks/{id}/discard": 409,
  "/v1/bulk-acts": 202,
  "/v1/bulk-acts/{bulk}/abort": 404,
  "/v1/inbox": 201,
  // There is no receiver.
  "/v1/alerts/test": 400,
  // Nobody is connected here; tests/connections.test.ts has those that are.
  "/v1/connections/{client}/message": 404,
  "/v1/connections/{client}/channels": 404,
  "/v1/connections/{client}/close": 404,
  "/v1/connections/{client}/meta": 404,
};

/** What the path needs to be there is made: a task, a schedule or an item; groups need no making. */
async function withId(path: string): Promise<string> {
  if (/^\/v1\/(?:inbox|notifications)\//.test(path)) return withItem(path);
  if (!path.includes("{id}"))
    return path.replace("{user}", "ann").replace("{client}", "c1").replace("{bulk}", "b_AAAAAAAAAAAAAAAAAAAAA");
  const schedule = { everyMs: 3_600_000, task: { handler: "test" } };
  if (path.startsWith("/v1/schedules/")) await api.request("PUT", "/v1/schedules/g", { body: schedule });
  const { json } = path.startsWith("/v1/tasks/")
    ? await api.post("/v1/tasks", { handler: "test" })
    : { json: { id: "g" } };
  return path.replace("{id}", json.id);
}

/** An item with the button its example presses, or the notification it came of. */
async function withItem(path: string): Promise<string> {
  const item = { title: "t", actions: [{ id: "packed", label: "Packed" }] };
  const { json } = await api.post("/v1/inbox", { to: { users: ["ann"] }, item });
  const id = path.startsWith("/v1/inbox") ? json.items[0]?.id : json.id;
  return path.replace("{user}", "ann").replace("{id}", id ?? "");
}

test("the page loads nothing from elsewhere", async () => {
  const page = await api.get("/docs/");
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/(src|href)="https?:/);
  expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
  expect((await api.get("/docs/static/swagger-ui-bundle.js")).status).toBe(200);
});
