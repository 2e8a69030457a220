import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { acceptRequest } from "./accept-request.ts";
import { createTaskPolicy } from "./task-policy.ts";
import type { EnqueueRequest } from "./task-queue.ts";
import { TaskRejection } from "./task-rejection.ts";

const settings = checkSettings({
  handlers: { slow: { kind: "module", module: "./slow.ts", timeout: "5m", attempts: 1 } },
});
const policy = createTaskPolicy(settings.tasks, settings.handlers);
const nowMs = 1_800_000_000_000;
const yearMs = 365 * 86_400_000;

const accept = (request: Partial<EnqueueRequest>) => acceptRequest({ handler: "test", ...request }, policy, nowMs);

function rejectionOf(request: Partial<EnqueueRequest>): TaskRejection {
  try {
    accept(request);
  } catch (error) {
    if (error instanceof TaskRejection) return error;
    throw error;
  }
  throw new Error("the request was accepted");
}

test("the task of the seeds is accepted as it stands", () => {
  const task = accept({ data: { test: "test" }, group: "1" });
  expect(task).toMatchObject({ handler: "test", data: { test: "test" }, group: "1", user: "", delayMs: 0 });
  expect(task.id).toMatch(/^t_[-\w]{21}$/);
});

test("a task takes what it does not say from its handler, then from the defaults", () => {
  expect(accept({ handler: "slow" })).toMatchObject({ attempts: 1, timeoutMs: 300_000 });
  expect(accept({ handler: "slow", attempts: 5 })).toMatchObject({ attempts: 5 });
  expect(accept({})).toMatchObject({
    attempts: 3,
    timeoutMs: 60_000,
    backoff: { delayMs: 1_000, kind: "exponential" },
  });
});

test("a number as group is its text", () => {
  expect(accept({ group: 1 }).group).toBe("1");
});

test("a time in the past means now", () => {
  expect(accept({ runAt: nowMs - 86_400_000 })).toMatchObject({ delayMs: 0, dueAtMs: undefined });
  // How far our clock is from Redis' nobody knows: there it is decided.
  expect(accept({ runAt: nowMs - 1 })).toMatchObject({ delayMs: 1, dueAtMs: nowMs - 1 });
  expect(accept({ runAt: nowMs + 5_000 })).toMatchObject({ delayMs: 5_000, dueAtMs: nowMs + 5_000 });
  expect(accept({ runAt: new Date(nowMs + 5_000).toISOString() })).toMatchObject({ dueAtMs: nowMs + 5_000 });
});

const circular: Record<string, unknown> = {};
circular["self"] = circular;

test.each<[string, string, Partial<EnqueueRequest>]>([
  ["an empty handler", "handler", { handler: "" }],
  ["a handler that is a path", "handler", { handler: "../test" }],
  ["a handler of 65 characters", "handler", { handler: "a".repeat(65) }],
  ["a group of 129 characters", "group", { group: "a".repeat(129) }],
  ["a group with a line break", "group", { group: "a\nb" }],
  ["a user of 256 characters", "user", { user: "u".repeat(256) }],
  ["data that refers to itself", "data", { data: circular }],
  ["101 as priority", "priority", { priority: 101 }],
  ["no attempts", "attempts", { attempts: 0 }],
  ["101 attempts", "attempts", { attempts: 101 }],
  ["half an attempt", "attempts", { attempts: 1.5 }],
  ["a timeout of 0", "timeoutMs", { timeoutMs: 0 }],
  ["a timeout over a day", "timeoutMs", { timeoutMs: 86_400_001 }],
  ["a negative delay", "delayMs", { delayMs: -1 }],
  ["a delay of a year", "delayMs", { delayMs: yearMs }],
  ["a time a year ahead", "runAt", { runAt: nowMs + yearMs }],
  ["a group that is a number beyond 2^53", "group", { group: 2 ** 53 }],
  ["half a character in the user", "user", { user: "a\ud83d" }],
  ["a time in seconds", "runAt", { runAt: Math.floor(nowMs / 1000) }],
  ["a time without an offset", "runAt", { runAt: "2027-01-01T09:00:00" }],
  ["a time and a delay", "runAt", { runAt: nowMs, delayMs: 0 }],
  ["an unknown backoff", "backoff.kind", { backoff: { delayMs: 1, kind: "linear" as "fixed" } }],
  ["a backoff over a day", "backoff.delayMs", { backoff: { delayMs: 86_400_001, kind: "fixed" } }],
  ["a result kept for 0 ms", "resultTtlMs", { resultTtlMs: 0 }],
  ["an empty idempotency key", "idempotencyKey", { idempotencyKey: "" }],
  ["an idempotency key of 256 characters", "idempotencyKey", { idempotencyKey: "k".repeat(256) }],
])("refuses %s and names the field %s", (_case, field, request) => {
  const rejection = rejectionOf(request);
  expect(rejection).toMatchObject({ code: "field_invalid", field });
  expect(rejection.publicMessage).toMatch(new RegExp(`^${field}: (must|may|cannot)`));
});

test("refuses data over the bound in bytes, not characters, and names the setting", () => {
  const fits = settings.tasks.data_max_bytes - 2;
  expect(accept({ data: "a".repeat(fits) }).data).toHaveLength(fits);
  const rejection = rejectionOf({ data: "語".repeat(fits / 2) });
  expect(rejection.code).toBe("data_too_large");
  expect(rejection.publicMessage).toContain("tasks.data_max_bytes");
});

test("requests that differ in the order of their keys only have one digest", () => {
  const digest = (request: Partial<EnqueueRequest>) => accept({ idempotencyKey: "k", ...request }).digest;
  expect(digest({ data: { a: 1, b: { c: 2, d: 3 } } })).toBe(digest({ data: { b: { d: 3, c: 2 }, a: 1 } }));
  expect(digest({ data: [1, 2] })).not.toBe(digest({ data: [2, 1] }));
  expect(digest({ group: 1 })).toBe(digest({ group: "1" }));
  expect(digest({ group: "1" })).not.toBe(digest({ group: "2" }));
});

test("nobody asks for the hub's own handler, which calls any URL it is given", () => {
  expect(rejectionOf({ handler: "hub.callback" })).toMatchObject({ field: "handler" });
});

test("a callback's URL holds no password, and a hub that cannot sign takes none", () => {
  const signing = checkSettings({ tasks: { signing_secret: "a-signing-secret-of-32-characters" } });
  const canSign = createTaskPolicy(signing.tasks, signing.handlers);
  const withCallback = (callbackUrl: string, by = canSign) =>
    acceptRequest({ handler: "test", callbackUrl }, by, nowMs);
  expect(withCallback("https://shop.example/done").callbackUrl).toBe("https://shop.example/done");
  for (const url of ["https://user@shop.example/", "https://:pass@shop.example/", "ftp://shop.example/"]) {
    expect(() => withCallback(url)).toThrow(TaskRejection);
  }
  expect(() => withCallback("https://shop.example/done", policy)).toThrow("signing_secret");
});

test("a group that is the hub's own, for the calls to callback URLs, is refused to others", () => {
  expect(rejectionOf({ group: "callback:127.0.0.1:8799" })).toMatchObject({ code: "field_invalid", field: "group" });
  expect(accept({ group: "callbacks" }).group).toBe("callbacks");
});

test("so is a lane of webhooks, to all but what the hub itself sends there", () => {
  expect(rejectionOf({ group: "webhook:1:0" })).toMatchObject({ code: "field_invalid", field: "group" });
  for (const handler of ["hub.webhook", "hub.events"])
    expect(accept({ group: "webhook:1:0", handler }).group).toBe("webhook:1:0");
  expect(accept({ group: "webhooks" }).group).toBe("webhooks");
});
