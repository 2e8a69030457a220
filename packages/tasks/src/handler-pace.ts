import { ownValue } from "@switchyard/runtime/own-value";
import type { WorkerState } from "./worker-registry.ts";

/** What the attempts of a handler take, on average over the newest; of one that has run nothing it is not known. */
export interface HandlerPace {
  /** Those that failed took nothing: work that comes to nothing needs nobody. */
  readonly seconds: number;
  /** Whatever came of them. */
  readonly attemptSeconds: number;
}

/** Of a handler, by its name; without one, of all attempts. Names come from outside, so an answer is never looked up in a plain object. */
export type PaceOf = (handler: string | undefined) => HandlerPace | undefined;

/** Whether most of the time of a handler goes into attempts that fail: more of them at a time would only fail faster. */
export function mostlyFails(pace: HandlerPace | undefined): boolean {
  return pace !== undefined && pace.seconds < pace.attemptSeconds / 2;
}

/** Of several workers; undefined where none knows. */
export function meanPace(paces: readonly HandlerPace[]): HandlerPace | undefined {
  if (paces.length === 0) return undefined;
  const mean = (name: keyof HandlerPace) => paces.reduce((sum, pace) => sum + pace[name], 0) / paces.length;
  return { seconds: mean("seconds"), attemptSeconds: mean("attemptSeconds") };
}

/** As much of what a worker says of itself as tells what handlers take. */
export type PacedWorker = Pick<WorkerState, "secondsPerTask" | "attemptSeconds">;

/** What each handler takes on the workers that have run it, on average; a worker that has just started knows nothing. */
export function pacesOf(workers: readonly PacedWorker[]): ReadonlyMap<string, HandlerPace> {
  const known = new Map<string, HandlerPace[]>();
  for (const { secondsPerTask, attemptSeconds = secondsPerTask } of workers)
    for (const [handler, seconds] of Object.entries(secondsPerTask)) {
      const pace = { seconds, attemptSeconds: ownValue(attemptSeconds, handler) ?? seconds };
      known.set(handler, [...(known.get(handler) ?? []), pace]);
    }
  return new Map([...known].map(([handler, paces]) => [handler, meanPace(paces) ?? noPace]));
}

const noPace: HandlerPace = { seconds: 0, attemptSeconds: 0 };
