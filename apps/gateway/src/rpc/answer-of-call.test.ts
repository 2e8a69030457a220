import type { CallReply } from "@switchyard/tasks/handler-caller";
import { expect, test } from "vitest";
import { FailureLog } from "../decisions/failure-log.ts";
import { answerOfCall } from "./answer-of-call.ts";

const about = { method: "shop:buy", client: "c1", user: "ann" };

function answer(reply: CallReply) {
  const lines: unknown[] = [];
  const warn = (...[fields, message]: unknown[]) => void lines.push({ ...(fields as object), message });
  const failures = new FailureLog({ subject: "an rpc", labels: { handler: "shop" }, logger: { warn } });
  return { told: answerOfCall(reply, { timeoutMs: 4_500, failures, about }), lines };
}

test.each([
  [{ kind: "failed", reason: "unlucky" }, 100, { reason: "handler_failed", detail: "unlucky" }],
  [{ kind: "deadline" }, 408, { reason: "timeout" }],
  [{ kind: "no_worker" }, 503, { reason: "no_worker" }],
  [{ kind: "overloaded" }, 111, { reason: "overloaded" }],
] as const)("of a call that came to %j the log names the handler, the method and the client", (reply, code, why) => {
  const { told, lines } = answer(reply);
  expect(told).toMatchObject({ kind: "error", error: { code } });
  expect(lines).toEqual([
    { handler: "shop", ...about, detail: undefined, ...why, message: "an rpc got no answer that can be used" },
  ]);
});

test.each([
  [409, 409],
  [101, 101],
  [399, 100],
  [2_000, 100],
])(
  "a handler's own error %i is told as %i, as a back end's would be, and the log names one that is replaced",
  (code, toldCode) => {
    const { told, lines } = answer({ kind: "error", code, message: "no", temporary: false });
    expect(told).toMatchObject({ kind: "error", error: { code: toldCode, temporary: false } });
    const message = "an rpc answered a code that is none of a back end's, and its client was told another";
    expect(lines).toEqual(code === toldCode ? [] : [{ handler: "shop", saidCode: code, code: toldCode, message }]);
  },
);
