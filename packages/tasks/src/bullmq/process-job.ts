import { type Job, UnrecoverableError, WaitingError } from "bullmq";
import type { Logger } from "@switchyard/runtime/logger";
import { unreachable } from "@switchyard/runtime/unreachable";
import { nextState, type NextState } from "../attempt/next-state.ts";
import { ProgressReport } from "../attempt/progress-report.ts";
import { createRecordWriter, persist, type RecordWriter } from "../attempt/record-writer.ts";
import { runWithin } from "../attempt/run-within.ts";
import type { RecordStore } from "../redis/record-store.ts";
import type { Task, TaskRecord } from "../task.ts";
import type { TaskPolicy } from "../task-policy.ts";
import type { OnRecord, RunAttempt } from "../task-worker.ts";
import { taskOfJob } from "./job-mapping.ts";

export interface JobProcessorOptions {
  readonly records: RecordStore;
  readonly policy: TaskPolicy;
  readonly logger: Logger;
  readonly run: RunAttempt;
  readonly onRecord: OnRecord;
  /** What an aborted handler gets before nobody waits for it any more. */
  readonly graceMs: number;
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

/** BullMQ's backoff strategy: the delay was decided where the record was written. */
export function retryDelayMs(error: Error | undefined): number {
  return error instanceof RetryLater ? error.delayMs : 1_000;
}

/**
 * One execution of a job: begin its record, run the handler, write what came of it, announce it, and only then tell BullMQ.
 * A worker lost in between leaves at worst a settled record and an unfinished job; the next execution meets the record and
 * finishes the job by it, without running the handler again.
 *
 * @returns the task's result. BullMQ is told by exceptions: `UnrecoverableError` fails the job, {@link RetryLater} delays
 *   it, `WaitingError` leaves it alone.
 */
export async function processJob(job: Job<unknown>, interrupted: AbortSignal, options: JobProcessorOptions) {
  const { policy, run, graceMs } = options;
  const { task } = taskOfJob(job, policy);
  const attempt = job.attemptsMade + 1;
  const logger = options.logger.child({ taskId: task.id, handler: task.handler, attempt });
  const { verdict, record, writer, fence } = await beginJob(job, { ...options, logger });
  // A settled record was announced, perhaps; whoever keeps its `seq` is not disturbed by hearing it again.
  await writer.announce(record);
  if (verdict === "settled") return finishAsRecorded(record);
  if (verdict === "stale") throw new WaitingError("a newer execution has begun");

  const fencedOff = new AbortController();
  const report = new ProgressReport(async (progress) => {
    try {
      const isOurs = await writer.change({ status: "running", ...progress });
      // The soonest a worker that was thought dead can learn that it goes on for nothing.
      if (!isOurs) fencedOff.abort(new Error("the task runs elsewhere"));
    } catch (error) {
      logger.warn({ err: error }, "progress not written");
    }
  });
  const ending = await runWithin(
    run,
    { task, number: attempt, token: fence, progress: (percent, message) => report.report(percent, message) },
    { timeoutMs: task.timeoutMs, graceMs, interrupted: AbortSignal.any([interrupted, fencedOff.signal]) },
  );
  const next = nextState(ending, {
    attempt,
    attempts: task.attempts,
    backoff: task.backoff,
    resultMaxBytes: policy.resultMaxBytes,
    random: Math.random(),
  });
  const lastProgress = await report.finish();
  const isOurs = await writer.change({ ...lastProgress, ...changeOf(next) });
  if (!isOurs) throw new WaitingError("the record is no longer this attempt's");
  return tellQueue(job, next, task);
}

/** Writes the end of a task whose workers were lost once too often; BullMQ fails the job by itself. */
export async function failLostJob(job: Job<unknown>, options: JobProcessorOptions): Promise<void> {
  const { verdict, writer } = await beginJob(job, options);
  if (verdict !== "begun") return;
  const message = "the workers that ran it were lost, each time before it was done";
  await writer.change({ status: "failed", error: { code: "worker_lost", message } });
}

async function beginJob(job: Job<unknown>, { records, policy, onRecord, logger }: JobProcessorOptions) {
  const { task, resultTtlMs } = taskOfJob(job, policy);
  // BullMQ counts every time a job is taken, in the step that takes it: a number no other execution of it has or will have.
  const fence = String(job.attemptsStarted);
  const writer: RecordWriter = createRecordWriter({ records, onRecord, logger, taskId: task.id, fence });
  const execution = { fence, attempt: job.attemptsMade + 1, resultTtlMs, enqueuedAtMs: job.timestamp };
  const { verdict, record } = await persist(() => records.begin(task, execution), logger);
  return { verdict, record, writer, fence };
}

function changeOf(next: NextState) {
  switch (next.status) {
    case "succeeded":
      return { status: next.status, percent: 100, result: next.result, error: null };
    case "failed":
    case "retrying":
      return { status: next.status, error: next.error };
    case "queued":
      return { status: next.status };
    default:
      return unreachable(next);
  }
}

/**
 * The verdict is ours, BullMQ carries it out: the job's own `attempts` and `backoff`, which a producer of its own may have
 * left out, are replaced in memory by what was decided.
 */
async function tellQueue(job: Job<unknown>, next: NextState, task: Task): Promise<unknown> {
  switch (next.status) {
    case "succeeded":
      // The job keeps the result as well: every BullMQ client and dashboard can read it there.
      return JSON.parse(next.result) as unknown;
    case "failed":
      throw new UnrecoverableError(next.error.message);
    case "retrying":
      job.opts.attempts = task.attempts;
      job.opts.backoff = { type: backoffType };
      throw new RetryLater(next.error.message, next.delayMs);
    case "queued":
      // To the head of the queue and without counting an attempt. When the lock was lost somebody else has put it back.
      await job.moveToWait(job.token).catch(() => undefined);
      throw new WaitingError("handed back");
    default:
      return unreachable(next);
  }
}

function finishAsRecorded({ status, result, error }: TaskRecord): unknown {
  if (status === "succeeded") return result;
  throw new UnrecoverableError(error?.message ?? status);
}
