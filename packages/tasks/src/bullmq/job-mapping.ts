import type { TaskId } from "@switchyard/protocol/task-id";
import { mayChangeNumbers, parseExactJson } from "@switchyard/protocol/exact-json";
import type { Job, JobsOptions } from "bullmq";
import type { AcceptedTask } from "../accept-request.ts";
import { foreignGroupName } from "../group-name.ts";
import type { Caller } from "../handler.ts";
import type { Backoff, Task } from "../task.ts";
import type { TaskPolicy } from "../task-policy.ts";

/**
 * A task as a BullMQ job, and any job as a task.
 *
 *   name                        the handler
 *   data {handler, data,        what the producer asked for. Tasks that come in together leave out what stands in fields of the job
 *         group, user, caller}  (enqueue-batches.ts); `caller` only where a connection has called
 *   opts.group.id               the group again, where the queue layer finds it without reading the data, or the field `gid`
 *   opts.timeoutMs, resultTtlMs bounds of this task, or the field `lim`; BullMQ carries options it does not know
 *
 * A producer of its own, in any language, needs less: every part of `data` but `data` itself may be missing, the group may
 * stand in either place (the clients for PHP, .NET and Rust drop options they do not know), and a `result` beside them is
 * ignored. Data of any other shape is the task's data as a whole, and the job's name its handler.
 */
export interface MappedTask {
  readonly task: Task;
  /** See `Attempt`. */
  readonly dataJson: string;
  readonly resultTtlMs: number;
}

type TaskJobOptions = JobsOptions & {
  readonly group?: { readonly id?: unknown };
  readonly timeoutMs?: number;
  readonly resultTtlMs?: number;
};

/** What is read of a job; a plain object will do. */
export type JobLike = Pick<Job<unknown>, "id" | "name" | "data"> & { readonly opts: TaskJobOptions };

interface Envelope {
  readonly handler?: string;
  readonly data?: unknown;
  readonly group?: unknown;
  readonly user?: unknown;
  readonly caller?: Caller;
}

export function jobOfTask(task: AcceptedTask): { name: string; data: object; opts: TaskJobOptions } {
  return {
    name: task.handler,
    data: {
      handler: task.handler,
      data: task.data,
      group: task.group,
      user: task.user,
      ...(task.caller !== undefined && { caller: task.caller }),
    },
    opts: {
      jobId: task.id,
      // Dashboards show an empty one as a group.
      ...(task.group !== "" && { group: { id: task.group } }),
      attempts: task.attempts,
      backoff: { type: task.backoff.kind, delay: task.backoff.delayMs },
      timeoutMs: task.timeoutMs,
      resultTtlMs: task.resultTtlMs,
      ...(task.priority > 0 && { priority: task.priority }),
      ...(task.delayMs > 0 && { delay: task.delayMs }),
    },
  };
}

/** Scripts have looked at it before the job could be taken; see ingest.lua. */
function idOfJob({ id = "" }: { readonly id?: string | undefined }): TaskId {
  return id as TaskId;
}

/** `dataText`: the job's data as it was written. */
export function taskOfJob(job: JobLike, policy: TaskPolicy, dataText = JSON.stringify(job.data ?? null)): MappedTask {
  const { name, data, opts } = job;
  const envelope = envelopeOf(data);
  // Parsed a second time only where that can make a difference.
  const exact = mayChangeNumbers(dataText) ? envelopeOf(parseExactJson(dataText)) : envelope;
  const handler = envelope.handler ?? name;
  const defaults = policy.of(handler);
  return {
    task: {
      id: idOfJob(job),
      handler,
      data: envelope.data ?? null,
      group: foreignGroupName(opts.group?.id ?? exact.group),
      user: typeof envelope.user === "string" ? envelope.user : "",
      attempts: upTo(attemptsMax, opts.attempts) ?? defaults.attempts,
      backoff: backoffOf(opts.backoff) ?? defaults.backoff,
      timeoutMs: upTo(dayMs, opts.timeoutMs) ?? defaults.timeoutMs,
      ...(envelope.caller !== undefined && { caller: envelope.caller }),
    },
    dataJson: JSON.stringify(exact.data ?? null),
    resultTtlMs: upTo(30 * dayMs, opts.resultTtlMs) ?? defaults.resultTtlMs,
  };
}

const dayMs = 86_400_000;
/** A stock producer may ask for more than our own door takes. */
const attemptsMax = 1_000;
const envelopeKeys = new Set(["handler", "data", "group", "user", "result", "caller"]);

/** An object is the envelope only if nothing of it would be lost by reading it as one. */
function envelopeOf(data: unknown): Envelope {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return { data };
  const fields = data as Readonly<Record<string, unknown>>;
  const isEnvelope =
    Object.keys(fields).every((key) => envelopeKeys.has(key)) &&
    ("data" in fields || "handler" in fields) &&
    (fields["handler"] === undefined || typeof fields["handler"] === "string") &&
    (fields["caller"] === undefined || isCaller(fields["caller"]));
  return isEnvelope ? (fields as Envelope) : { data, group: fields["group"] };
}

function isCaller(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { client, user } = value as Partial<Record<keyof Caller, unknown>>;
  return typeof client === "string" && typeof user === "string";
}

/**
 * BullMQ writes 0 attempts for "the producer did not say". More than the bound is the bound: a task that is tried, or waits,
 * for a thousand years blocks its group as long.
 */
function upTo(max: number, value: unknown): number | undefined {
  return typeof value === "number" && value >= 1 ? Math.min(max, Math.floor(value)) : undefined;
}

function backoffOf(backoff: JobsOptions["backoff"]): Backoff | undefined {
  if (typeof backoff === "number") return { kind: "fixed", delayMs: upTo(dayMs, backoff) ?? 0 };
  const kind = (["fixed", "exponential"] as const).find((known) => known === backoff?.type);
  return kind === undefined ? undefined : { kind, delayMs: upTo(dayMs, backoff?.delay) ?? 0 };
}
