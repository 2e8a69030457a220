import { jsonProblem } from "@switchyard/protocol/read-json";
import type { TaskId } from "@switchyard/protocol/task-id";
import { cutText } from "@switchyard/runtime/cut-text";
import { errorText } from "@switchyard/runtime/error-text";
import type { Logger } from "@switchyard/runtime/logger";
import { type Ending, runWithin } from "../attempt/run-within.ts";
import type { GroupName } from "../group-name.ts";
import type { Attempt, RunAttempt } from "../task-worker.ts";
import type { AnsweredReply, CallMessage } from "./call-message.ts";
import { type OwnError, replyMaxBytes } from "./handler-caller.ts";

export interface RunnableCall {
  readonly id: TaskId;
  readonly message: CallMessage;
  readonly dataJson: string;
  readonly leftMs: number;
}

export interface CallBounds {
  readonly run: RunAttempt;
  readonly graceMs: number;
  readonly interrupted: AbortSignal;
  readonly logger: Logger;
}

export interface EndedCall {
  readonly handler: string;
  /** `late`: nobody waited for it any more. */
  readonly outcome: AnsweredReply["kind"] | "late";
  readonly tookMs: number;
  /** Undefined: nobody waits. */
  readonly reply: AnsweredReply | undefined;
  /** A result that is too large for an answer, as JSON on one line. */
  readonly oversize?: string;
}

/** Of a result that is too large for an answer and kept all the same; a program's line and a service's answer have the same bound. */
const keptMaxBytes = 1_048_576;
const reasonMaxLength = 2_000;

/** One execution of a call's handler, within what is left of its time. */
export async function runCall(
  call: RunnableCall,
  { run, graceMs, interrupted, logger }: CallBounds,
): Promise<EndedCall> {
  const { id, message, leftMs } = call;
  const { handler } = message;
  const beganMs = performance.now();
  const ending = await runWithin(run, attemptOf(call), { timeoutMs: leftMs, graceMs, interrupted });
  const tookMs = performance.now() - beganMs;
  if (ending.kind === "failed" && ending.code !== "handler_unknown")
    logger.warn({ callId: id, handler, code: ending.code, reason: ending.message, ...ending.detail }, "call failed");
  const { reply, oversize } = replyOf(id, ending);
  const outcome = reply?.kind ?? "late";
  return { handler, outcome, tookMs, reply, ...(oversize !== undefined && { oversize }) };
}

/** As handlers know it from tasks; that it is a call they see by `caller`, or by what is asked. */
function attemptOf({ id, message, dataJson, leftMs }: RunnableCall): Omit<Attempt, "signal"> {
  const { handler, caller, idempotencyKey } = message;
  return {
    task: {
      id,
      handler,
      data: JSON.parse(dataJson) as unknown,
      group: "" as GroupName,
      user: caller?.user ?? "",
      attempts: 1,
      backoff: { kind: "fixed", delayMs: 0 },
      timeoutMs: leftMs,
    },
    dataJson,
    number: 1,
    token: "1",
    ...(caller !== undefined && { caller }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    // Nobody watches: an answer is all there is.
    progress: () => undefined,
    log: () => undefined,
  };
}

function replyOf(id: TaskId, ending: Ending): { readonly reply?: AnsweredReply; readonly oversize?: string } {
  switch (ending.kind) {
    case "succeeded":
      return replyWith(id, ending.result);
    case "failed":
      if (ending.code === "timeout") return {};
      if (ending.code === "handler_unknown") return { reply: { kind: "no_worker" } };
      if (ending.code === "result_too_large") return { reply: { kind: "too_large" } };
      return failed(ending.message);
    case "interrupted":
      return failed("the worker stops");
    case "cancelled":
    default:
      return {};
  }
}

function replyWith(id: TaskId, result: unknown): { readonly reply: AnsweredReply; readonly oversize?: string } {
  const error = ownErrorOf(result);
  if (error !== undefined) return { reply: { kind: "error", ...error } };
  let text: unknown;
  try {
    text = JSON.stringify(result ?? null);
  } catch (problem) {
    return failed(`the handler's answer cannot be written as JSON: ${errorText(problem)}`);
  }
  if (typeof text !== "string") return failed("the handler's answer has no JSON form");
  const problem = jsonProblem(text);
  if (problem !== undefined) return failed(`the handler's answer ${problem}`);
  const bytes = Buffer.byteLength(text);
  if (bytes <= replyMaxBytes) return { reply: { kind: "result", dataJson: text } };
  return bytes > keptMaxBytes
    ? { reply: { kind: "too_large" } }
    : { reply: { kind: "too_large", taskId: id }, oversize: text };
}

function failed(reason: string): { readonly reply: AnsweredReply } {
  return { reply: { kind: "failed", reason: cutText(reason, reasonMaxLength) } };
}

/** `{"error":{"code","message","temporary"}}` and nothing beside it; an answer that merely has an `error` among other things is one. */
function ownErrorOf(result: unknown): OwnError | undefined {
  if (typeof result !== "object" || result === null) return undefined;
  const { error, ...rest } = result as { readonly error?: unknown };
  if (typeof error !== "object" || error === null || Object.keys(rest).length > 0) return undefined;
  const { code, message, temporary = false } = error as Partial<Record<keyof OwnError, unknown>>;
  if (!Number.isInteger(code) || typeof message !== "string" || typeof temporary !== "boolean") return undefined;
  return { code: Number(code), message, temporary };
}
