import { jsonProblem } from "@switchyard/protocol/read-json";
import { cutText } from "@switchyard/runtime/cut-text";
import { errorText } from "@switchyard/runtime/error-text";
import type { Backoff, TaskFailure } from "../task.ts";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { Ending } from "./run-within.ts";

/** What becomes of a task after an attempt; `result` is JSON. */
export type NextState =
  | { readonly status: "succeeded"; readonly result: string }
  | { readonly status: "failed"; readonly error: TaskFailure }
  | { readonly status: "retrying"; readonly error: TaskFailure; readonly delayMs: number }
  | { readonly status: "queued" }
  | { readonly status: "cancelled" };

export interface AttemptContext {
  /** From 1. */
  readonly attempt: number;
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly resultMaxBytes: number;
  /** 0 up to 1; spreads the retries of tasks that failed together. */
  readonly random: number;
}

const backoffMaxMs = 3_600_000;
/** An error's text is for people; a handler that throws a whole document must not fill the records with it. */
const messageMaxLength = 2_000;

/** Pure: the whole policy of retries. */
export function nextState(ending: Ending, context: AttemptContext): NextState {
  switch (ending.kind) {
    case "succeeded":
      return encodeResult(ending.result, context.resultMaxBytes);
    case "failed": {
      const error = { code: ending.code, message: cutText(ending.message, messageMaxLength) };
      if (ending.final || context.attempt >= context.attempts) return { status: "failed", error };
      const askedMs = Math.min(ending.retryAfterMs ?? 0, backoffMaxMs);
      return { status: "retrying", error, delayMs: Math.max(askedMs, retryDelayMs(context)) };
    }
    case "interrupted":
      return { status: "queued" };
    case "cancelled":
      return { status: "cancelled" };
    default:
      return unreachable(ending);
  }
}

/** A result that cannot be kept fails the task for good: the handler has done its work, another attempt would repeat it. */
function encodeResult(result: unknown, maxBytes: number): NextState {
  let text: unknown;
  let reason = "it has no JSON form";
  try {
    // Of a function or a symbol there is none.
    text = JSON.stringify(result ?? null);
  } catch (error) {
    reason = errorText(error);
  }
  if (typeof text !== "string") {
    return unserialisable(`the handler returned something that cannot be written as JSON: ${reason}`);
  }
  const problem = jsonProblem(text);
  if (problem !== undefined) return unserialisable(`the result ${problem}`);
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return { status: "succeeded", result: text };
  const message = `the result is ${bytes} bytes as JSON, the bound is ${maxBytes} (tasks.result_max_bytes); store it and return a reference`;
  return { status: "failed", error: { code: "result_too_large", message } };
}

function unserialisable(message: string): NextState {
  return { status: "failed", error: { code: "result_unserialisable", message: cutText(message, messageMaxLength) } };
}

/** Exponential waits are up to a quarter shorter by chance; fixed ones are what they say. */
function retryDelayMs({ attempt, backoff, random }: AttemptContext): number {
  if (backoff.kind === "fixed") return backoff.delayMs;
  const delayMs = Math.min(backoff.delayMs * 2 ** (attempt - 1), Math.max(backoffMaxMs, backoff.delayMs));
  return Math.round(delayMs * (1 - random / 4));
}
