import { parseDurationMs } from "@switchyard/runtime/duration";
import type { ProxySettings } from "@switchyard/runtime/proxy-object";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { CallReply, HandlerCaller } from "@switchyard/tasks/handler-caller";
import { clientError } from "./client-codes.ts";
import type { Answer, DecisionSource, Failure, HookName } from "./decision.ts";
import { readAnswer } from "./read-answer.ts";

export interface HandlerSourceOptions {
  readonly proxy: Pick<ProxySettings, "handler" | "timeout">;
  readonly caller: Pick<HandlerCaller, "call">;
}

/**
 * Asks a handler of the catalog, in a worker: it is given the question as its `data`, and answers as an endpoint would, `{"result": {…}}`,
 * `{"error": …}` or `{"disconnect": …}`. The lane it waits in has bounds of its own, and an answer of "no worker" comes at once, so there
 * is neither a bulkhead nor a breaker here.
 */
export function createHandlerSource({ proxy, caller }: HandlerSourceOptions): DecisionSource {
  const { handler } = proxy;
  const timeoutMs = parseDurationMs(proxy.timeout);
  return {
    async ask({ hook, id, body, untilMs = Infinity }, signal) {
      const deadlineMs = Math.min(untilMs, performance.now() + timeoutMs);
      const call = { handler, dataJson: body, deadlineMs, source: hook, idempotencyKey: id, stopsWithAsker: true };
      return answerOf(hook, await caller.call(call, signal));
    },
    // The caller is not its own.
    close: () => Promise.resolve(),
  };
}

function answerOf(hook: HookName, reply: CallReply): Answer {
  switch (reply.kind) {
    case "result":
      return readAnswer(hook, reply.dataJson);
    case "error":
      return clientError(reply.code, reply.message, reply.temporary);
    case "deadline":
      return failed("timeout");
    case "no_worker":
    case "overloaded":
      return failed(reply.kind);
    case "too_large":
      return failed("too_large", reply.taskId);
    case "failed":
      return failed("handler_failed", reply.reason);
    case "cancelled":
      return failed("aborted");
    default:
      return unreachable(reply);
  }
}

function failed(reason: Failure["reason"], detail?: string): Failure {
  return { kind: "failed", reason, ...(detail === undefined ? {} : { detail }) };
}
