import { UnrecoverableError, WaitingError } from "bullmq";
import type { Logger } from "@switchyard/runtime/logger";
import { unreachable } from "@switchyard/runtime/unreachable";
import { nextState, type NextState } from "../attempt/next-state.ts";
import { ProgressReport, type Progress } from "../attempt/progress-report.ts";
import { AttemptLog } from "../attempt/attempt-log.ts";
import { noteAttempt } from "../attempt/attempt-note.ts";
import { logAttempt } from "../attempt/log-attempt.ts";
import { type Ending as AttemptEnding, runWithin, TaskCancelled } from "../attempt/run-within.ts";
import { encodeChange, parseRecord, type RecordChange } from "../redis/record-fields.ts";
import type { RecordStore } from "../redis/record-store.ts";
import { repeatRefused } from "../redis/passing-refusal.ts";
import { isDelivery, type Task, type TaskFailure, type TaskRecord } from "../task.ts";
import type { TaskPolicy } from "../task-policy.ts";
import type { OnSettled, RunAttempt } from "../task-worker.ts";
import type { Begun, Ending, Handovers } from "./groups/handovers.ts";
import { type JobLike, type MappedTask, taskOfJob } from "./job-mapping.ts";
import type { MayWait } from "./lacked-handlers.ts";
import { leaveNoTrace, refusalOf, toldQueue } from "./refusal-of.ts";
import type { RunApart } from "./run-apart.ts";
import type { TakenTask } from "./taken-task.ts";

export interface JobProcessorOptions {
  readonly records: RecordStore;
  readonly handovers: Handovers;
  readonly policy: TaskPolicy;
  readonly logger: Logger;
  readonly run: RunAttempt;
  readonly onSettled: OnSettled;
  readonly mayWait: MayWait;
  readonly runApart: RunApart;
  /** What an aborted handler gets before nobody waits for it any more. */
  readonly graceMs: number;
  /** What this worker is called. */
  readonly name: () => string;
}

/** A task has succeeded; what is to be written with its end. */
export interface Completed {
  /** Its result as JSON, which the job keeps as well: every BullMQ client and dashboard can read it there. */
  readonly value: string;
  /** Undefined: its record has its end already. */
  readonly ending: Ending | undefined;
}

/**
 * One execution of a job. The step that took it has begun its record; here the handler runs, and what comes of it is handed
 * to the step that moves the job on, which writes and announces the record with it: nobody ever sees one without the other.
 *
 * `interrupt` is aborted from outside when the worker must stop or has lost the task, and from here when the record says so; one
 * controller, as a signal made of two is a weak reference and a finalizer per task.
 *
 * @returns what a task that has succeeded ends with. BullMQ is told of any other end by exceptions: `UnrecoverableError` fails the job,
 *   `RetryLater` delays it, `WaitingError` leaves it alone.
 */
export async function processJob(taken: TakenTask, interrupt: AbortController, options: JobProcessorOptions) {
  const { begun } = taken;
  const execution = beginExecution(taken, options);
  // Of a producer that is not ours there is no record yet.
  const { verdict, record } = begun.verdict === "missing" ? await beginRecord(execution) : recordOf(begun);
  if (verdict === "stale") throw new WaitingError("a newer execution has begun");
  if (verdict === "settled") return finishAsRecorded(taken, record);
  if (taken.problem !== undefined) {
    const message = `it cannot be run: ${taken.problem}`;
    failForGood(execution, { code: "task_unreadable", message });
    throw new UnrecoverableError(message);
  }

  let report: ProgressReport | undefined;
  const { task, dataJson, attempt } = execution;
  const { attemptsKept, logMaxBytes } = options.policy.of(task.handler);
  const log = new AttemptLog(logMaxBytes);
  const run = () => {
    log.begin();
    return runWithin(
      options.run,
      {
        task,
        dataJson,
        number: attempt,
        token: begun.fence,
        progress(percent, message) {
          report ??= reportOf(execution, interrupt);
          report.report(percent, message);
        },
        log: log.add,
        ...(task.caller !== undefined && { caller: task.caller }),
      },
      { timeoutMs: task.timeoutMs, graceMs: options.graceMs, interrupted: interrupt.signal },
    );
  };
  const ran = await options.runApart(taken, interrupt.signal, run);
  // By the job's name the script hands out tasks. Where its data names another handler, giving it back would bring it here again at once.
  const isNamed = task.handler === taken.handler;
  const isLacking = ran.kind === "failed" && ran.code === "handler_unknown" && isNamed;
  const mayWait = isLacking && (await options.mayWait(task.handler, taken.token));
  const ending: AttemptEnding = mayWait ? { kind: "interrupted" } : ran;
  const next = nextState(ending, {
    attempt,
    attempts: task.attempts,
    backoff: task.backoff,
    resultMaxBytes: options.policy.resultMaxBytes,
    random: Math.random(),
  });
  const unsent = report === undefined ? undefined : await report.finish();
  // Where this worker lacks its handler, no attempt was made.
  const noted = { number: attempt, next, ending, worker: options.name(), log };
  const note = mayWait ? undefined : noteAttempt(noted, attemptsKept);
  if (next.status === "succeeded") return completed(execution, next.result, { ...unsent, note });
  handOver(execution, { ...unsent, ...changeOf(next), note });
  logAttempt({ ending, next, isRepetition: attempt > 1 && isDelivery(task.handler) }, execution.logger());
  throw await refusalOf(taken, next, task);
}

/** The end of a task whose workers were lost once too often; BullMQ fails the job by itself. */
export async function failLostJob(taken: TakenTask, options: JobProcessorOptions): Promise<void> {
  const execution = beginExecution(taken, options);
  const { verdict } = taken.begun.verdict === "missing" ? await beginRecord(execution) : taken.begun;
  if (verdict !== "begun") return;
  const message = "the workers that ran it were lost, each time before it was done";
  failForGood(execution, { code: "worker_lost", message });
}

interface Execution extends MappedTask {
  readonly taken: TakenTask;
  readonly options: JobProcessorOptions;
  /** Of the attempt, from 1. */
  readonly attempt: number;
  /** Made for the first line: most attempts have none. */
  readonly logger: () => Logger;
}

function beginExecution(taken: TakenTask, options: JobProcessorOptions): Execution {
  const { id, handler: name, begun, failures } = taken;
  const isReadable = taken.problem === undefined;
  const job: JobLike = {
    id,
    name,
    data: isReadable ? taken.data : undefined,
    opts: taken.options.values as JobLike["opts"],
  };
  const mapped = taskOfJob(job, options.policy, isReadable ? taken.dataText : "null");
  const task: Task = { ...mapped.task, group: begun.group };
  const attempt = failures + 1;
  let logger: Logger | undefined;
  return {
    ...mapped,
    task,
    taken,
    options,
    attempt,
    logger: () => (logger ??= options.logger.child({ taskId: id, handler: task.handler, attempt })),
  };
}

async function beginRecord({ taken, task, attempt, resultTtlMs, logger, options: { records } }: Execution) {
  const enqueuedAtMs = taken.enqueuedAtMs || Date.now();
  const execution = { fence: taken.begun.fence, attempt, resultTtlMs, enqueuedAtMs };
  return repeatRefused(() => records.begin(task, execution), logger());
}

function recordOf({ verdict, recordJson }: Begun): {
  readonly verdict: Begun["verdict"];
  readonly record?: TaskRecord;
} {
  return verdict === "settled" && recordJson !== undefined ? { verdict, record: parseRecord(recordJson) } : { verdict };
}

function reportOf({ taken, logger, options: { records } }: Execution, interrupt: AbortController): ProgressReport {
  async function send(progress: Progress): Promise<void> {
    try {
      const change = { status: "running", ...progress } as const;
      const { verdict } = await repeatRefused(() => records.change(taken.id, taken.begun.fence, change), logger());
      if (verdict === "changed") return;
      logger().warn({ verdict, wanted: change.status }, "attempt fenced off");
      // The soonest a worker that was thought dead, or has not heard of a cancellation, can learn that it goes on for nothing.
      const reason = verdict === "settled" ? new TaskCancelled("the task is settled") : undefined;
      interrupt.abort(reason ?? new Error("the task runs elsewhere"));
    } catch (error) {
      logger().warn({ err: error }, "progress not written");
    }
  }
  return new ProgressReport(send, (problem) => logger().warn({ problem }, "progress kept without its message"));
}

/** The result goes to Redis once: the job's value is the record's, too. */
function completed(
  execution: Execution,
  result: string,
  { message, note = "" }: Pick<RecordChange, "message" | "note">,
): Completed {
  const told = message === undefined ? "" : JSON.stringify(message);
  const fields = ["succeeded", "100", told, "=", "null", note];
  return { value: result, ending: endingOf(execution, fields, { status: "succeeded" }) };
}

/** Without its handler. */
function failForGood(execution: Execution, error: TaskFailure): void {
  handOver(execution, { status: "failed", error });
  logAttempt({ next: { status: "failed", error } }, execution.logger());
}

function handOver(execution: Execution, change: RecordChange): void {
  const { taken, options } = execution;
  options.handovers.end(taken.token, endingOf(execution, encodeChange(change), change));
}

function endingOf(
  execution: Execution,
  fields: readonly string[],
  change: Pick<RecordChange, "status" | "error">,
): Ending {
  const { taken, task, attempt, logger, options } = execution;
  const { status, error } = change;
  return {
    fence: taken.begun.fence,
    fields,
    onEnded(ended) {
      if (ended?.verdict !== "changed") {
        if (status === "cancelled") return;
        logger().warn({ verdict: ended?.verdict ?? "taken over", wanted: status }, "attempt fenced off");
      } else if (status === "succeeded" || status === "failed") {
        const tookMs = Math.max(0, ended.atMs - taken.enqueuedAtMs);
        options.onSettled({ handler: task.handler, status, attempt, tookMs, ...(error && { error }) });
      }
    },
  };
}

function changeOf(next: Exclude<NextState, { readonly status: "succeeded" }>): RecordChange {
  switch (next.status) {
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

/** Somebody was lost between the record's end and the job's, or the task was cancelled while it waited. */
function finishAsRecorded(taken: TakenTask, record: TaskRecord | undefined): Completed {
  if (record?.status === "succeeded") return { value: JSON.stringify(record.result), ending: undefined };
  if (record?.status === "cancelled") throw leaveNoTrace(taken.job());
  throw new UnrecoverableError(toldQueue(record?.error?.message ?? "settled"));
}
