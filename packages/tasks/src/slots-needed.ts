import type { Backlog, HandlerBacklog } from "./backlog.ts";
import { type HandlerPace, mostlyFails, type PaceOf } from "./handler-pace.ts";

/** What could begin at once, retries apart; in a backlog they are among the runnable. */
export interface WaitingWork {
  /** First attempts. */
  readonly runnable: number;
  readonly retrying: number;
  /** The same by handler, of the handlers with most. */
  readonly handlers: readonly HandlerBacklog[];
  /** What is known of handlers that the workers of now have not run yet. */
  readonly remembered: ReadonlyMap<string, HandlerPace>;
}

export interface WorkToDo {
  readonly waiting: WaitingWork;
  /** Slots in use, and of these by second and further attempts. */
  readonly busy: number;
  readonly busyRetrying: number;
  readonly paceOf: PaceOf;
  readonly targetWaitSeconds: number;
  /** Of one process. */
  readonly concurrency: number;
}

export interface SlotsNeeded {
  /** Attempts that should run at the same time: a whole number, and not 0 while there is anything to do. */
  readonly need: number;
  /** The same with all retries. */
  readonly load: number;
  /** First attempts that could begin at once, of handlers whose attempts do not mostly fail. */
  readonly worthwhile: number;
  /** For how long the oldest of these could have run already: what says that there are too few slots. Null: there are none. */
  readonly oldestAgeMs: number | null;
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
export function slotsNeeded({ waiting, busy, busyRetrying, paceOf: paceNow, ...policy }: WorkToDo): SlotsNeeded {
  const paceOf: PaceOf = (handler) => paceNow(handler) ?? waiting.remembered.get(handler ?? "");
  const secondsOf = (handler: string | undefined) => paceOf(handler)?.seconds;
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
  return { need, load: first + again, ...worthwhileOf(waiting, paceOf) };
}

/** By the same thought: what fails whenever it runs may grow as old as it likes. */
function worthwhileOf({ runnable, handlers }: WaitingWork, paceOf: PaceOf) {
  const good = handlers.filter(({ handler }) => !mostlyFails(paceOf(handler)));
  const count = (some: readonly HandlerBacklog[]) => some.reduce((sum, each) => sum + each.runnable, 0);
  const others = mostlyFails(paceOf(undefined)) ? 0 : Math.max(0, runnable - count(handlers));
  const ages = good.flatMap(({ oldestAgeMs }) => oldestAgeMs ?? []);
  return { worthwhile: count(good) + others, oldestAgeMs: ages.length === 0 ? null : Math.max(...ages) };
}

export interface WaitingPart {
  /** One of so many equal parts; default: all of it. */
  readonly parts?: number;
  /** Whether a worker that is alive has the handler. What nobody can run waits, and more of the same workers could not run it either. */
  readonly isHandled?: (handler: string) => boolean;
}

/** What waits, as far as workers can run it. */
export function waitingWork(backlog: Backlog, { parts = 1, isHandled = () => true }: WaitingPart = {}): WaitingWork {
  const lacking = backlog.handlers.filter(({ handler }) => !isHandled(handler));
  const runnable = lacking.reduce((left, each) => left - each.runnable, backlog.runnable);
  const retrying = lacking.reduce((left, each) => left - each.retrying, backlog.retryingRunnable);
  return {
    runnable: Math.max(0, runnable - retrying) / parts,
    retrying: Math.max(0, retrying) / parts,
    remembered: backlog.remembered,
    handlers: backlog.handlers
      .filter(({ handler }) => isHandled(handler))
      .map(({ runnable: all, retrying: again, ...each }) => ({
        ...each,
        runnable: (all - again) / parts,
        retrying: again / parts,
      })),
  };
}
