import type { Job } from "bullmq";
import type { TaskId } from "@switchyard/protocol/task-id";
import type { Begun } from "./groups/handovers.ts";
import { type JobFields, type JobOptions, problemOfData, readableJob, readOptions } from "./readable-job.ts";

/**
 * A task as a script has handed it out: its job's hash, read once, and no more of it than an attempt needs. BullMQ's own class for it is made
 * of the same fields where BullMQ is to do something with it, which is not what usually comes of a task.
 */
export class TakenTask {
  readonly id: TaskId;
  /** Its lock's. */
  token: string;
  readonly begun: Begun;
  handler = "";
  /** The job's data as it was written; JSON unless there is a {@link problem}. */
  dataText = "{}";
  data: unknown = undefined;
  options: JobOptions;
  /** Attempts that have failed. */
  failures = 0;
  /** Workers it has lost, by a death or a silence longer than its lock. */
  losses = 0;
  /** By Redis' clock where the producer is ours, else by the producer's. */
  enqueuedAtMs = 0;
  /** Why BullMQ wants it failed without being run: its workers were lost too often. */
  deferredFailure = "";
  /** What a stock script must end, or a schedule of BullMQ's made it: BullMQ's class does everything with it. */
  isPlain = true;
  isOfSchedule = false;
  /** Why it cannot be run. */
  problem: string | undefined;
  readonly #fields: JobFields;
  #makeJob: (() => Job<unknown>) | undefined;
  #job: Job<unknown> | undefined;

  constructor({ id, token, begun, fields, problem }: TakenTaskParts) {
    this.id = id;
    this.token = token;
    this.begun = begun;
    this.#fields = fields;
    let [optionsText, limits] = ["{}", ""];
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const value = fields[index + 1] ?? "";
      switch (fields[index]) {
        case "name":
          this.handler = value;
          break;
        case "data":
          this.dataText = value || "{}";
          break;
        case "opts":
          optionsText = value || "{}";
          break;
        case "lim":
          limits = value;
          break;
        case "atm":
          this.failures = Number.parseInt(value, 10) || 0;
          break;
        case "rec":
          this.enqueuedAtMs = Number(/^\d+ \d+ (\d+) /.exec(value)?.[1] ?? this.enqueuedAtMs);
          break;
        case "timestamp":
          this.enqueuedAtMs ||= Math.max(0, Number.parseInt(value, 10) || 0);
          break;
        case "stc":
          this.losses = Number.parseInt(value, 10) || 0;
          break;
        case "defa":
          this.deferredFailure = value;
          break;
        case "rjk":
          this.isOfSchedule = value !== "";
          break;
        case "parentKey":
        case "parent":
        case "deid":
          this.isPlain = false;
          break;
        default:
      }
    }
    this.options = readOptions(optionsText, limits);
    const read = readData(this.dataText);
    this.data = read.data;
    this.problem = problem ?? read.problem ?? this.options.problem;
  }

  jobIs(make: () => Job<unknown>): void {
    this.#makeJob = make;
  }

  /** As BullMQ's class; always the same object. @throws Error before somebody has said how to make it */
  job(): Job<unknown> {
    if (this.#makeJob === undefined) throw new Error(`${this.id} belongs to no worker yet`);
    return (this.#job ??= this.#makeJob());
  }

  /** The same for BullMQ's class. By this worker's clock it has started now, which is what locks are renewed by; in Redis stands the time by Redis'. */
  jobFields(): JobFields {
    return [...readableJob(this.#fields).fields, "processedOn", String(Date.now())];
  }
}

export interface TakenTaskParts {
  readonly id: TaskId;
  readonly token: string;
  readonly begun: Begun;
  readonly fields: JobFields;
  /** Of its bytes, which the fields do not show. */
  readonly problem?: string;
}

function readData(text: string): { readonly data?: unknown; readonly problem?: string } {
  try {
    const data: unknown = JSON.parse(text);
    const problem = problemOfData(text);
    return problem === undefined ? { data } : { data, problem };
  } catch {
    return { problem: "its data is not JSON" };
  }
}
