import type { Backlog, HandlerBacklog } from "./backlog.ts";

/** What could begin at once, retries apart; in a backlog they are among the runnable. */
export interface WaitingWork {
  /** First attempts. */
  readonly runnable: number;
  readonly retrying: number;
  /** The same by handler, of the handlers with most. */
  readonly handlers: readonly HandlerBacklog[];
}

export interface WorkToDo {
  readonly waiting: WaitingWork;
  /** Slots in use, and of these by second and further attempts. */
  readonly busy: number;
  readonly busyRetrying: number;
  /** What an attempt takes, where failed ones take nothing: of this handler, or on average; undefined: it is not known yet. */
  readonly secondsOf: (handler: string | undefined) => number | undefined;
  readonly targetWaitSeconds: number;
  /** Of one process. */
  readonly concurrency: number;
}

export interface SlotsNeeded {
  /** Attempts that should run at the same time: a whole number, and not 0 while there is anything to do. */
  readonly need: number;
  /** The same with all retries. */
  readonly load: number;
}

const unknownSeconds = 1;

/**
 * How many slots for attempts work needs: the one rule, for pools that start processes and for autoscalers that start pods.
 *
 * What waits is turned into slots by the time it would take: tasks of `seconds` fill `tasks × seconds / targetWaitSeconds` slots, if none is
 * to wait longer than the target. With the slots in use that is the load. Retries count for one process at most, however many
 * there are and run: more workers would only fail them faster. For the same reason a failed attempt takes no time here, so
 * that a handler that always fails needs nobody.
 */
export function slotsNeeded({ waiting, busy, busyRetrying, secondsOf, ...policy }: WorkToDo): SlotsNeeded {
  const slotsOf = (which: "runnable" | "retrying") => {
    const known = waiting.handlers.reduce((sum, each) => sum + each[which], 0);
    const others = Math.max(0, waiting[which] - known) * (secondsOf(undefined) ?? unknownSeconds);
    const seconds = waiting.handlers.map((each) => each[which] * (secondsOf(each.handler) ?? unknownSeconds));
    return seconds.reduce((sum, each) => sum + each, others) / policy.targetWaitSeconds;
  };
  const first = busy - busyRetrying + slotsOf("runnable");
  const again = busyRetrying + slotsOf("retrying");
  const least = waiting.runnable + waiting.retrying > 0 ? 1 : 0;
  // Whole slots: a task of 50 ms that waits where all are in use must not be a process.
  const need = Math.max(least, Math.round(first + Math.min(again, policy.concurrency)));
  return { need, load: first + again };
}

/** One of so many equal parts of what waits. */
export function waitingWork({ runnable, retryingRunnable, handlers }: Backlog, parts = 1): WaitingWork {
  return {
    runnable: (runnable - retryingRunnable) / parts,
    retrying: retryingRunnable / parts,
    handlers: handlers.map(({ handler, runnable: all, retrying }) => ({
      handler,
      runnable: (all - retrying) / parts,
      retrying: retrying / parts,
    })),
  };
}
