import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examplesOf, operationsOf, readOpenApi } from "./testing/open-api.ts";
import { startTestApi, type TestApi } from "./testing/test-api.ts";

/**
 * What every route says when Redis is away, taken from the OpenAPI document, so that a route that is added is asked, too. Not
 * taken and not known are two answers: after the first one may send again, after the second one must not without a key.
 */

let redis: TestRedis;
let api: TestApi;
const calls: { name: string; isRpc: boolean; method: string; path: string; body: unknown }[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  // Whether a worker has the handler is asked first, and that question is one that reads.
  api = await startTestApi(redis.url, { tasks: { unknown_handlers: "accept" } });
  for (const { method, path, operation } of operationsOf(await readOpenApi(api))) {
    const [body] = examplesOf(operation);
    const name = operation.operationId;
    calls.push({
      name,
      isRpc: path.startsWith("/api"),
      method,
      path: path.replace("{user}", "ann").replace("{id}", `${prefixOf(path)}${"a".repeat(21)}`),
      body,
    });
  }
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

/** Each kind of id has its own. */
function prefixOf(path: string): string {
  if (path.startsWith("/v1/notifications")) return "nt_";
  return path.startsWith("/v1/inbox") ? "n_" : "t_";
}

/** Those that do not ask Redis, and `info`, which asks through another process' list. */
const without = ["mintDemoToken", "showCurlConfig", "previewSchedule"];
const reading = [
  "presence",
  "presence_stats",
  "history",
  "info",
  "channels",
  "getTask",
  "listHandlers",
  "explainTask",
  "listGroups",
  "getGroup",
  "listDeadLetters",
  "getSchedule",
  "listSchedules",
  "listInbox",
  "countInbox",
  "getInboxPreferences",
  "traceNotification",
];
const asked = () => calls.filter(({ name }) => !without.includes(name));

async function answers() {
  const all = await Promise.all(
    asked().map(async ({ name, isRpc, method, path, body }) => {
      const { status, headers, json } = await api.request(method, path, { ...(body !== undefined && { body }) });
      const error = json.error ?? (json.replies ?? json.result.responses)[0]?.error;
      const retryAfter = headers.get("retry-after");
      return [name, { status: isRpc ? 200 : status, code: error.code, isRpc, given: status, retryAfter }] as const;
    }),
  );
  return new Map(all);
}

/** In seconds: programs and proxies that know HTTP need not read the body for it. */
const rest = { retryAfter: "2" };
const rpc = { status: 200, retryAfter: null };
const unavailable = { rpc: { ...rpc, code: 100 }, rest: { ...rest, status: 503, code: "unavailable" } };
const unknown = { rpc: { ...rpc, code: 400 }, rest: { ...rest, status: 504, code: "outcome_unknown" } };

describe("while Redis", () => {
  test("hangs, what reads is unavailable, and of what writes nobody knows whether it was done", async () => {
    redis.signal("SIGSTOP");
    try {
      for (const [name, { isRpc, given, code, retryAfter }] of await answers()) {
        const expected = reading.includes(name) ? unavailable : unknown;
        expect({ name, status: given, code, retryAfter }).toEqual({ name, ...expected[isRpc ? "rpc" : "rest"] });
      }
    } finally {
      redis.signal("SIGCONT");
    }
  });

  test("is gone, nothing was done, and everything is unavailable", async () => {
    await redis.stop("SIGKILL");
    await eventually(async () => expect((await api.get("/readyz")).status).toBe(503));
    for (const [name, { isRpc, given, code, retryAfter }] of await answers()) {
      expect({ name, status: given, code, retryAfter }).toEqual({ name, ...unavailable[isRpc ? "rpc" : "rest"] });
    }
  });
});
