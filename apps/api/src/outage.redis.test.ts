import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examplesOf, operationsOf, readOpenApi } from "./testing/open-api.ts";
import { startTestApi, type TestApi } from "./testing/test-api.ts";

/**
 * What every route says when Redis is away or answers with an error, taken from the OpenAPI document, so that a route that is added is asked, too. Not
 * taken and not known are two answers: after the first one may send again, after the second one must not without a key.
 */

let redis: TestRedis;
let api: TestApi;
const calls: { name: string; isRpc: boolean; method: string; path: string; body: unknown }[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  // Whether a worker has the handler is asked first, and that question is one that reads.
  api = await startTestApi(redis.url, {
    tasks: { unknown_handlers: "accept" },
    events: { channel_index: true },
  });
  for (const { method, path, operation } of operationsOf(await readOpenApi(api))) {
    const [body] = examplesOf(operation);
    const name = operation.operationId;
    calls.push({
      name,
      isRpc: path.startsWith("/api"),
      method,
      path: path
        .replace("{user}", "ann")
        .replace("{client}", "c1")
        .replace("{bulk}", `b_${"a".repeat(21)}`)
        .replace("{id}", `${prefixOf(path)}${"a".repeat(21)}`),
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

/** Those that do not ask Redis (alerts: where nobody is to be told), and `info`, which asks through another process' list. */
const without = ["listAlerts", "mintDemoToken", "showCurlConfig", "previewSchedule"];
/** Those from `triggerSchedule` on write, but ask something first that is a question of one that reads. */
const reading = [
  "presence",
  "presence_stats",
  "history",
  "info",
  "channels",
  "getTask",
  "listHandlers",
  "explainTask",
  "listTasks",
  "listTaskAttempts",
  "listGroups",
  "getGroup",
  "listDeadLetters",
  "listDeadReasons",
  "countBulkAct",
  "listBulkActs",
  "getBulkAct",
  "getSchedule",
  "listSchedules",
  "listInbox",
  "countInbox",
  "getInboxPreferences",
  "traceNotification",
  "listRecipients",
  "connections",
  "get_user_status",
  "listConnections",
  "listUserConnections",
  "listOccupiedChannels",
  "getConnection",
  "getUserStatus",
  "listUserStatuses",
  "getUserBlock",
  "triggerSchedule",
  "backfillSchedule",
  "retryTask",
  "messageConnection",
  "moveConnection",
  "closeConnection",
  "putConnectionMeta",
  "patchConnectionMeta",
];
/** Those that the audit tells of before they begin: without its answer they are not done. */
const audited = [
  "disconnect",
  "revoke",
  "revoke_token",
  "invalidate_user_tokens",
  "block_user",
  "unblock_user",
  "history_remove",
  "closeUser",
  "blockUser",
  "unblockUser",
  "cancelTask",
  "discardTask",
  "configureGroup",
  "resetGroup",
  "pauseGroup",
  "resumeGroup",
  "drainGroup",
  "cancelGroup",
  "redriveGroup",
  "discardGroup",
  "resumeQueue",
  "rebuildGroups",
  "putSchedule",
  "removeSchedule",
  "pauseSchedule",
  "resumeSchedule",
  "recallNotification",
  "eraseInbox",
  "beginBulkAct",
  "abortBulkAct",
  "testAlerts",
];
const asked = () => calls.filter(({ name }) => !without.includes(name));

async function answers() {
  const all = await Promise.all(
    asked().map(async ({ name, isRpc, method, path, body }) => {
      const { status, headers, json } = await api.request(method, path, { ...(body !== undefined && { body }) });
      const error = json.error ?? (json.replies ?? json.result?.responses)?.[0]?.error;
      const retryAfter = headers.get("retry-after");
      return [name, { code: error?.code, message: error?.message, isRpc, given: status, retryAfter }] as const;
    }),
  );
  return new Map(all);
}

/** In seconds: programs and proxies that know HTTP need not read the body for it. */
const rest = { retryAfter: "2" };
const rpc = { status: 200, retryAfter: null };
const unavailable = { rpc: { ...rpc, code: 100 }, rest: { ...rest, status: 503, code: "unavailable" } };
const unknown = { rpc: { ...rpc, code: 400 }, rest: { ...rest, status: 504, code: "outcome_unknown" } };

/** Whatever a route says, it must not be that Redis did not answer. */
function expectAnswered(all: Awaited<ReturnType<typeof answers>>): string[] {
  for (const [name, { message = "" }] of all)
    expect({ name, message }).toEqual({ name, message: expect.not.stringMatching(/not answer/) });
  expect([...all].filter(([, { code }]) => code === "outcome_unknown" || code === 400)).toEqual([]);
  return [...all].flatMap(([name, { message }]) => (message?.includes("nothing was done") ? [name] : []));
}

describe("while Redis", () => {
  test("answers that it takes no writes, that is told, nothing was done, and nobody is told of a missing answer", async () => {
    await redis.command("REPLICAOF", "127.0.0.1", "1");
    const told = await answers();
    await redis.command("REPLICAOF", "NO", "ONE");
    const refused = expectAnswered(told);
    expect(refused).toEqual(expect.arrayContaining(["publish", "enqueueTask", "notifyUsers", "putSchedule", "revoke"]));
    for (const name of refused) {
      expect(told.get(name)?.message).toContain("Redis is a read-only replica, and nothing was done; try again");
      expect([100, "unavailable"]).toContain(told.get(name)?.code);
    }
  });

  test("answers with an error that stays, nobody is told to try again", async () => {
    const broken = ["inbox-items", "inbox-due", "inbox-preferences"].map((name) => `sy:{inbox:ann}:${name}`);
    for (const key of broken) await redis.command("SET", key, "neither a hash nor a set");
    const told = await answers();
    await redis.command("DEL", ...broken);
    expectAnswered(told);
    for (const name of ["listInbox", "countInbox", "seeItems", "readItems", "eraseInbox", "getInboxPreferences"])
      expect({ name, ...told.get(name) }).toMatchObject({ name, given: 500, code: "internal" });
  });

  test("hangs, what reads or is audited is unavailable, and of what else writes nobody knows whether it was done", async () => {
    redis.signal("SIGSTOP");
    try {
      for (const [name, { isRpc, given, code, retryAfter }] of await answers()) {
        const expected = [...reading, ...audited].includes(name) ? unavailable : unknown;
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
