import type { CallReply, HandlerCall } from "@switchyard/tasks/handler-caller";
import { expect, test } from "vitest";
import { createHandlerSource } from "./create-handler-source.ts";

function sourceWith(reply: CallReply) {
  const calls: { call: HandlerCall; signal: AbortSignal | undefined }[] = [];
  const caller = {
    call: async (call: HandlerCall, signal?: AbortSignal) => {
      calls.push({ call, signal });
      return reply;
    },
  };
  return { calls, source: createHandlerSource({ proxy: { handler: "judge", timeout: "2s" }, caller }) };
}

const question = { hook: "subscribe", id: "c-1", body: '{"channel":"a"}' } as const;

test("a handler is asked as a handler of its hook, with the question as its data, until the deadline of the settings", async () => {
  const { source, calls } = sourceWith({ kind: "result", dataJson: '{"result":{"info":1}}' });
  const { signal } = new AbortController();
  const startedAtMs = performance.now();
  expect(await source.ask(question, signal)).toEqual({ kind: "result", result: { info: 1 } });
  const [{ call, signal: given } = {}] = calls;
  expect(call).toMatchObject({ handler: "judge", dataJson: question.body, source: "subscribe", idempotencyKey: "c-1" });
  expect((call?.deadlineMs ?? 0) - startedAtMs).toBeCloseTo(2_000, -2);
  expect(given).toBe(signal);
});

test.each<[CallReply, object]>([
  [
    { kind: "result", dataJson: "null" },
    { kind: "failed", reason: "unreadable" },
  ],
  [
    { kind: "result", dataJson: "{}" },
    { kind: "failed", reason: "empty" },
  ],
  [
    { kind: "result", dataJson: '{"result":{"info":1,"expire_at":"x"}}' },
    { kind: "failed", reason: "invalid" },
  ],
  [
    { kind: "result", dataJson: '{"disconnect":{"code":1,"reason":"x"}}' },
    { kind: "disconnect", code: 4_500 },
  ],
  [
    { kind: "error", code: 1_000, message: "no", temporary: false },
    { kind: "error", code: 1_000, message: "no" },
  ],
  [
    { kind: "error", code: 7, message: "no", temporary: false },
    { kind: "error", code: 100, temporary: false },
  ],
  [{ kind: "deadline" }, { kind: "failed", reason: "timeout" }],
  [{ kind: "no_worker" }, { kind: "failed", reason: "no_worker" }],
  [{ kind: "overloaded" }, { kind: "failed", reason: "overloaded" }],
  [
    { kind: "too_large", taskId: "t_1" },
    { kind: "failed", reason: "too_large", detail: "t_1" },
  ],
  [
    { kind: "failed", reason: "it threw" },
    { kind: "failed", reason: "handler_failed", detail: "it threw" },
  ],
  [{ kind: "cancelled" }, { kind: "failed", reason: "aborted" }],
])("%j is an answer like that of an endpoint", async (reply, answer) => {
  expect(await sourceWith(reply).source.ask(question)).toMatchObject(answer);
});
