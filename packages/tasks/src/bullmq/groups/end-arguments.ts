import type { JobsOptions, KeepJobs } from "bullmq";
import type { Argument, Finish } from "./finish-batches.ts";
import type { Ending } from "./handovers.ts";

/** Which finished jobs stay, as a producer or a worker says it. */
export type Keeping = boolean | number | KeepJobs | undefined;

/** What is read of a worker's options. */
export interface OptionsOfWorker {
  readonly name?: string;
  readonly limiter?: unknown;
  readonly lockDuration?: number;
  readonly metrics?: { readonly maxDataPoints?: number };
  readonly removeOnComplete?: KeepJobs;
  readonly removeOnFail?: KeepJobs;
}

/** What the stock script that ends a job takes packed, less the token. Ours takes it as JSON, once for all ends that have the same. */
export interface EndOptions {
  readonly name: string | undefined;
  readonly limiter: unknown;
  readonly lockDuration: number | undefined;
  readonly keepJobs: KeepJobs;
  readonly maxMetricsSize: number | "";
}

export function endOptions(ofWorker: OptionsOfWorker, keepJobs: KeepJobs): EndOptions {
  const { name, limiter, lockDuration, metrics } = ofWorker;
  return { name, limiter, lockDuration, keepJobs, maxMetricsSize: metrics?.maxDataPoints || "" };
}

/** With what a job that failed, or has a parent, says besides, as JSON. */
export function optionsOfJob(opts: JobsOptions = {}, options: EndOptions): string {
  return JSON.stringify({
    ...options,
    attempts: opts.attempts,
    fpof: Boolean(opts.failParentOnFailure),
    cpof: Boolean(opts.continueParentOnFailure),
    idof: Boolean(opts.ignoreDependencyOnFailure),
    rdof: Boolean(opts.removeDependencyOnFailure),
  });
}

/** Behind the token: fence, status, percent, message, result, error, note; see ending.lua. */
export function endingArgs(ending: Ending | undefined): readonly string[] {
  return ending === undefined ? nothing : [ending.fence, ...ending.fields];
}

/** There is nothing to write into the record. */
const nothing = ["", "", "", "", "", "", ""];

/** Keys of the stock script, before its arguments. */
const stockKeys = 14;
/** Behind them, the token, and what {@link optionsOfJob} has made. */
const optionsAt = 24;

/** The end of a job that takes BullMQ's own way, as our script takes it. `said`: the token, and the ending if there is one. */
export function finishOf(args: readonly (Argument | undefined)[], said: readonly string[]): Finish {
  const [id, time, field, value, target, wantsNext, , , fields] = args.slice(stockKeys);
  const [token = "", ...change] = said;
  const own = [id, time, value, wantsNext, fields, token, ...(change.length === 0 ? nothing : change)];
  return {
    common: [String(args[optionsAt]), String(target), String(field)],
    own: own.map((argument) => argument ?? ""),
  };
}
