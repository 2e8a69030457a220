import { parseExactJson } from "@switchyard/protocol/exact-json";
import { type Job, RATE_LIMIT_ERROR, UnrecoverableError, WaitingError } from "bullmq";
import type { Logger } from "@switchyard/runtime/logger";
import { unreachable } from "@switchyard/runtime/unreachable";
import { nextState, type NextState } from "../attempt/next-state.ts";
import { ProgressReport } from "../attempt/progress-report.ts";
import { logAttempt } from "../attempt/log-attempt.ts";
import { createRecordWriter } from "../attempt/record-writer.ts";
import { type Ending, runWithin, TaskCancelled } from "../attempt/run-within.ts";
import { encodeChange, type RecordChange } from "../redis/record-fields.ts";
import type { RecordStore } from "../redis/record-store.ts";
import { repeatRefused } from "../redis/passing-refusal.ts";
import { isDelivery, type Task, type TaskFailure, type TaskRecord } from "../task.ts";
import type { TaskPolicy } from "../task-policy.ts";
import type { OnRecord, RunAttempt } from "../task-worker.ts";
import type { Begun, Handovers } from "./groups/handovers.ts";
import type { MayWait } from "./lacked-handlers.ts";
import { idOfJob, type JobLike, taskOfJob } from "./job-mapping.ts";

export interface JobProcessorOptions {
  readonly records: RecordStore;
  readonly handovers: Handovers;
  readonly policy: TaskPolicy;
  readonly logger: Logger;
  readonly run: RunAttempt;
  readonly onRecord: OnRecord;
  readonly mayWait: MayWait;
  /** What an aborted handler gets before nobody waits for it any more. */
  readonly graceMs: number;
}

/** A job as a worker has taken it; the token is its lock's. */
export interface TakenJob {
  readonly job: Job<unknown>;
  readonly token: string;
}

/** The kind of backoff whose delay {@link RetryLater} carries; see `retryDelayMs`. */
const backoffType = "switchyard";

class RetryLater extends Error {
  readonly delayMs: number;

  constructor(message: string, delayMs: number) {
    super(message);
    this.delayMs = delayMs;
  }
}

/** BullMQ's backoff strategy: the delay was decided where the ending was. */
export function retryDelayMs(error: Error | undefined): number {
  return error instanceof RetryLater ? error.delayMs : 1_000;
}

/**
 * One execution of a job. The step that took it has begun its record; here the handler runs, and what comes of it is handed
 * to the step that moves the job on, which writes and announces the record with it: nobody ever sees one without the other.
 *
 * `interrupt` is aborted from outside when the worker must stop or has lost the task, and from here when the record says so; one
 * controller, as a signal made of two is a weak reference and a finalizer per task.
 *
 * @returns the task's result. BullMQ is told by exceptions: `UnrecoverableError` fails the job, {@link RetryLater} delays
 *   it, `WaitingError` leaves it alone.
 */
export async function processJob(taken: TakenJob, interrupt: AbortController, options: JobProcessorOptions) {
  const { policy, run, graceMs, mayWait } = options;
  const { job } = taken;
  const attempt = job.attemptsMade + 1;
  const { verdict, record, task, dataJson, problem, fence, logger } = await beginJob(job, options);
  if (verdict === "stale") throw new WaitingError("a newer execution has begun");
  if (verdict === "settled") return finishAsRecorded(job, record);
  const writer = createRecordWriter({ ...options, logger, taskId: task.id, fence });
  if (record !== undefined) await writer.observe(record);
  if (problem !== undefined) {
    const message = `it cannot be run: ${problem}`;
    failForGood(taken, { code: "task_unreadable", message }, { ...options, logger, fence });
    throw new UnrecoverableError(message);
  }

  const report = new ProgressReport(
    async (progress) => {
      try {
        const change = await writer.change({ status: "running", ...progress });
        // The soonest a worker that was thought dead, or has not heard of a cancellation, can learn that it goes on for nothing.
        if (change === "settled") interrupt.abort(new TaskCancelled("the task is settled"));
        else if (change !== "changed") interrupt.abort(new Error("the task runs elsewhere"));
      } catch (error) {
        logger.warn({ err: error }, "progress not written");
      }
    },
    (problem) => logger.warn({ problem }, "progress kept without its message"),
  );
  const ran = await runWithin(
    run,
    {
      task,
      dataJson,
      number: attempt,
      token: fence,
      progress: (percent, message) => report.report(percent, message),
      ...(task.caller !== undefined && { caller: task.caller }),
    },
    { timeoutMs: task.timeoutMs, graceMs, interrupted: interrupt.signal },
  );
  const isLacking = ran.kind === "failed" && ran.code === "handler_unknown";
  const ending: Ending = isLacking && (await mayWait(task.handler, taken.token)) ? { kind: "interrupted" } : ran;
  const next = nextState(ending, {
    attempt,
    attempts: task.attempts,
    backoff: task.backoff,
    resultMaxBytes: policy.resultMaxBytes,
    random: Math.random(),
  });
  handOver(taken, { ...(await report.finish()), ...changeOf(next) }, { ...options, logger, fence });
  logAttempt({ ending, next, isRepetition: attempt > 1 && isDelivery(task.handler) }, logger);
  return tellQueue(taken, next, task);
}

/** The end of a task whose workers were lost once too often; BullMQ fails the job by itself. */
export async function failLostJob(taken: TakenJob, options: JobProcessorOptions): Promise<void> {
  const { verdict, fence, logger } = await beginJob(taken.job, options);
  if (verdict !== "begun") return;
  const message = "the workers that ran it were lost, each time before it was done";
  failForGood(taken, { code: "worker_lost", message }, { ...options, logger, fence });
}

/** Without its handler. */
function failForGood(taken: TakenJob, error: TaskFailure, options: HandOverOptions): void {
  handOver(taken, { status: "failed", error }, options);
  logAttempt({ next: { status: "failed", error } }, options.logger);
}

async function beginJob(job: Job<unknown>, { records, handovers, policy, ...options }: JobProcessorOptions) {
  // BullMQ counts every time a job is taken, in the step that takes it: a number no other execution of it has or will have.
  const fence = String(job.attemptsStarted);
  const begun = handovers.takeBegun(idOfJob(job), fence);
  const dataText = begun?.dataText ?? JSON.stringify(job.data);
  const readable = begun?.problem === undefined ? dataText : "null";
  const { task: mapped, dataJson, resultTtlMs } = taskOfJob(job as JobLike, policy, readable);
  const task: Task = begun === undefined ? mapped : { ...mapped, group: begun.group };
  const logger = options.logger.child({ taskId: task.id, handler: task.handler, attempt: job.attemptsMade + 1 });
  const { problem } = begun ?? {};
  if (begun !== undefined && begun.verdict !== "missing") return { ...begun, task, dataJson, logger };
  const execution = { fence, attempt: job.attemptsMade + 1, resultTtlMs, enqueuedAtMs: job.timestamp || Date.now() };
  const reply: Pick<Begun, "verdict" | "record"> = await repeatRefused(() => records.begin(task, execution), logger);
  return { ...reply, task, dataJson, problem, fence, logger };
}

type HandOverOptions = Pick<JobProcessorOptions, "handovers" | "records" | "onRecord" | "logger"> & {
  readonly fence: string;
};

function handOver({ job, token }: TakenJob, change: RecordChange, options: HandOverOptions): void {
  const { handovers, logger, fence } = options;
  const writer = createRecordWriter({ ...options, taskId: idOfJob(job) });
  handovers.end(token, {
    fence,
    fields: encodeChange(change),
    onEnded(ended) {
      if (ended?.verdict === "changed" && ended.record !== undefined) void writer.observe(ended.record);
      else if (change.status !== "cancelled") {
        logger.warn({ verdict: ended?.verdict ?? "taken over", wanted: change.status }, "attempt fenced off");
      }
    },
  });
}

function changeOf(next: NextState): RecordChange {
  switch (next.status) {
    case "succeeded":
      return { status: next.status, percent: 100, result: next.result, error: null };
    case "failed":
    case "retrying":
      return { status: next.status, error: next.error };
    case "queued":
    case "cancelled":
      return { status: next.status };
    default:
      return unreachable(next);
  }
}

/**
 * The verdict is ours, BullMQ carries it out: the job's own `attempts` and `backoff`, which a producer of its own may have
 * left out, are replaced in memory by what was decided.
 */
async function tellQueue({ job, token }: TakenJob, next: NextState, task: Task): Promise<unknown> {
  switch (next.status) {
    case "succeeded":
      // The job keeps the result as well: every BullMQ client and dashboard can read it there.
      return parseExactJson(next.result);
    case "failed":
      throw new UnrecoverableError(toldQueue(next.error.message));
    case "cancelled":
      throw leaveNoTrace(job);
    case "retrying":
      job.opts.attempts = task.attempts;
      job.opts.backoff = { type: backoffType };
      throw new RetryLater(toldQueue(next.error.message), next.delayMs);
    case "queued":
      // To its old place and without counting an attempt. When the lock was lost somebody else has put it back.
      await job.moveToWait(token).catch(() => undefined);
      throw new WaitingError("handed back");
    default:
      return unreachable(next);
  }
}

/** BullMQ takes one message for a command, to put the job back and wait, and a handler may fail with any. */
function toldQueue(message: string): string {
  return message === RATE_LIMIT_ERROR ? `failed with ${message}` : message;
}

/** Somebody was lost between the record's end and the job's, or the task was cancelled while it waited. */
function finishAsRecorded(job: Job<unknown>, record: TaskRecord | undefined): unknown {
  if (record?.status === "succeeded") return record.result;
  if (record?.status === "cancelled") throw leaveNoTrace(job);
  throw new UnrecoverableError(toldQueue(record?.error?.message ?? "settled"));
}

/** A cancelled task is not among the failed ones. */
function leaveNoTrace(job: Job<unknown>): Error {
  job.opts.removeOnFail = true;
  return new UnrecoverableError("cancelled");
}
