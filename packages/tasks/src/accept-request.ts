import { createHash, randomBytes } from "node:crypto";
import { isExactNumber } from "@switchyard/protocol/exact-json";
import { findIdFault, userIdMaxBytes } from "@switchyard/protocol/id-fault";
import { readTimeMs } from "@switchyard/protocol/read-time";
import type { TaskId } from "@switchyard/protocol/task-id";
import { callbackGroupPrefix, parseGroupName, webhookGroupPrefix } from "./group-name.ts";
import { aheadMaxMs, callbackHandler, isDelivery, type Task } from "./task.ts";
import type { TaskPolicy } from "./task-policy.ts";
import type { EnqueueRequest } from "./task-queue.ts";
import { TaskRejection } from "./task-rejection.ts";

/** A request that was checked and completed from the policy: everything the queue needs to know. */
export interface AcceptedTask extends Task {
  readonly priority: number;
  /** 0: at once. */
  readonly delayMs: number;
  /** When it is due by Redis' clock, where that was asked for; `delayMs` is a guess by ours then. */
  readonly dueAtMs: number | undefined;
  readonly resultTtlMs: number;
  readonly idempotencyKey: string | undefined;
  /** Undefined: a day longer than the record. */
  readonly idempotencyTtlMs: number | undefined;
  /** Empty: nobody is told. */
  readonly callbackUrl: string;
  /** The same for requests that ask for the same; empty without a key. */
  readonly digest: string;
}

const dayMs = 86_400_000;

/** @throws TaskRejection naming the first field that cannot be used. */
export function acceptRequest(request: EnqueueRequest, policy: TaskPolicy, nowMs: number): AcceptedTask {
  const handler = checkText("handler", request.handler, [1, 64]);
  if (handler === callbackHandler) reject("handler", "is the hub's own and cannot be asked for");
  if (!/^[-a-zA-Z0-9_.]+$/.test(handler)) reject("handler", "may contain letters, digits, `-`, `_` and `.` only");
  // Two of these may be one to JavaScript, and would share a lane.
  if (typeof request.group === "number" && Math.abs(request.group) > Number.MAX_SAFE_INTEGER)
    reject("group", "must be a text if it is a number of 2^53 or more");
  const group = parseGroupName(String(request.group ?? ""));
  // A task there would hold up what others are waiting to be told.
  if (group.startsWith(callbackGroupPrefix))
    reject("group", `must not begin with \`${callbackGroupPrefix}\`, which is the hub's own`);
  if (group.startsWith(webhookGroupPrefix) && !isDelivery(handler))
    reject("group", `must not begin with \`${webhookGroupPrefix}\`, which is the hub's own`);
  const key =
    request.idempotencyKey === undefined ? undefined : checkText("idempotencyKey", request.idempotencyKey, [1, 255]);
  const defaults = policy.of(handler);
  return {
    id: `t_${randomBytes(16).toString("base64url").slice(0, 21)}` as TaskId,
    handler,
    data: checkData(request.data, policy.dataMaxBytes),
    group,
    user: checkUser(request.user),
    attempts: checkInteger("attempts", request.attempts, [1, 100]) ?? defaults.attempts,
    backoff: checkBackoff(request) ?? defaults.backoff,
    timeoutMs: checkInteger("timeoutMs", request.timeoutMs, [1, dayMs]) ?? defaults.timeoutMs,
    priority: checkInteger("priority", request.priority, [0, 100]) ?? 0,
    ...checkDelay(request, nowMs),
    resultTtlMs: checkInteger("resultTtlMs", request.resultTtlMs, [1_000, 30 * dayMs]) ?? defaults.resultTtlMs,
    callbackUrl: checkCallback(request.callbackUrl, policy),
    ...(request.caller !== undefined && { caller: request.caller }),
    idempotencyKey: key,
    idempotencyTtlMs: request.idempotencyTtlMs,
    digest: key === undefined ? "" : digestOf({ ...request, group }),
  };
}

function checkData(data: unknown, maxBytes: number): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(data ?? null);
  } catch {
    // Input that parsed can still be nested deeper than the platform's encoder goes.
    text = undefined;
  }
  if (text === undefined) reject("data", "must be JSON, nested less deep");
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return data ?? null;
  const detail = `is ${bytes} bytes as JSON, the bound is ${maxBytes} (tasks.data_max_bytes); send a reference to it instead`;
  throw new TaskRejection("data_too_large", "data", detail);
}

/** Whether it may be called is decided when it is: its name can lead elsewhere by then. */
function checkCallback(callbackUrl: string | undefined, { canSign }: TaskPolicy): string {
  if (callbackUrl === undefined) return "";
  if (!canSign) reject("callbackUrl", "cannot be used: this hub has no tasks.signing_secret");
  const url = URL.parse(checkText("callbackUrl", callbackUrl, [1, 2_048]));
  const isCallable = url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (!isCallable) reject("callbackUrl", "must be a URL with http or https and without user name and password");
  return url.href;
}

function checkDelay({ delayMs, runAt }: EnqueueRequest, nowMs: number) {
  checkInteger("delayMs", delayMs, [0, aheadMaxMs - 1]);
  if (runAt === undefined) return { delayMs: delayMs ?? 0, dueAtMs: undefined };
  if (delayMs !== undefined) reject("runAt", "cannot be combined with delayMs; send one of them");
  const { ms: dueAtMs, problem } = readTimeMs(runAt);
  if (problem !== undefined) return reject("runAt", problem);
  if (dueAtMs - nowMs >= aheadMaxMs) reject("runAt", "must be less than a year ahead");
  // What should have run in the past runs now; how far our clock is from Redis' nobody knows, but not a day.
  if (dueAtMs <= nowMs - dayMs) return { delayMs: 0, dueAtMs: undefined };
  return { delayMs: Math.max(1, dueAtMs - nowMs), dueAtMs };
}

function checkBackoff({ backoff }: EnqueueRequest): EnqueueRequest["backoff"] {
  if (backoff === undefined) return undefined;
  if (backoff.kind !== "fixed" && backoff.kind !== "exponential")
    reject("backoff.kind", "must be fixed or exponential");
  if (backoff.delayMs === undefined) reject("backoff.delayMs", "is missing");
  checkInteger("backoff.delayMs", backoff.delayMs, [0, dayMs]);
  return { delayMs: backoff.delayMs, kind: backoff.kind };
}

function checkInteger(field: string, value: number | undefined, [min, max]: readonly [number, number]) {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return value;
  return reject(field, `must be a whole number from ${min} to ${max}`);
}

function checkText(field: string, value: string, [min, max]: readonly [number, number]): string {
  if (typeof value !== "string" || value.length < min || value.length > max) {
    reject(field, `must be a text of ${min} to ${max} characters`);
  }
  if (!value.isWellFormed()) reject(field, "must be valid Unicode, without half surrogate pairs");
  return value;
}

function reject(field: string, detail: string): never {
  throw new TaskRejection("field_invalid", field, detail);
}

/** Keys are sorted at every level: two producers that write the same request in another order mean the same. */
function digestOf(request: EnqueueRequest): string {
  const { idempotencyKey: _key, idempotencyTtlMs: _ttl, caller: _caller, ...body } = request;
  const canonical = JSON.stringify(body, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !isExactNumber(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : value,
  );
  return createHash("sha256").update(canonical).digest("base64url");
}

/** As a token may name one, or the user could never watch the task. */
function checkUser(user: string | undefined): string {
  if (user === undefined) return "";
  const fault = findIdFault(checkText("user", user, [0, 255]), userIdMaxBytes);
  return fault === undefined ? user : reject("user", fault);
}
