import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security?: object[];
  requestBody?: {
    content: {
      "application/json": { schema: { examples?: unknown[]; example?: unknown }; examples?: object; example?: unknown };
    };
  };
  responses: Record<string, { description: string }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let redis: TestRedis;
let api: TestApi;
let document: Document;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  document = (await api.get("/docs/json")).json;
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

test("documents every route of the table", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(operations().map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /api/publish",
    "POST /api/broadcast",
    "POST /api/info",
    "POST /v1/tasks",
    "GET /v1/tasks/{id}",
    "GET /demo/token",
    "POST /demo/push",
    "POST /demo/tasks",
    "GET /demo/curl-config",
  ]);
});

test("each has a name, a summary, a tag and the replies it can give", () => {
  for (const { path, operation } of operations()) {
    expect(operation, path).toMatchObject({
      operationId: expect.stringMatching(/^\w+$/),
      summary: expect.stringMatching(/^[A-Z]/),
      tags: [expect.any(String)],
    });
    const needsKey = !path.startsWith("/demo");
    expect(operation.security, path).toEqual(needsKey ? undefined : []);
    expect("401" in operation.responses, path).toBe(needsKey);
    for (const { description } of Object.values(operation.responses)) expect(description, path).not.toBe("");
  }
});

test("every example works when it is sent", async () => {
  let sent = 0;
  for (const { method, path, operation } of operations()) {
    const media = operation.requestBody?.content["application/json"];
    for (const example of examplesOf(media)) {
      const answer = await api.request(method, path, { body: example });
      expect([200, 202], `${path} ${answer.text}`).toContain(answer.status);
      expect(answer.json.error, path).toBeUndefined();
      sent += 1;
    }
  }
  expect(sent).toBeGreaterThanOrEqual(8);
});

test("the page loads nothing from elsewhere", async () => {
  const page = await api.get("/docs/");
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/(src|href)="https?:/);
  expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
  expect((await api.get("/docs/static/swagger-ui-bundle.js")).status).toBe(200);
});

function examplesOf(
  media: NonNullable<Operation["requestBody"]>["content"]["application/json"] | undefined,
): unknown[] {
  const named = Object.values(media?.examples ?? {}) as { value: unknown }[];
  const single = [media?.example, media?.schema.example].filter((example) => example !== undefined);
  return [...(media?.schema.examples ?? []), ...named.map(({ value }) => value), ...single];
}
