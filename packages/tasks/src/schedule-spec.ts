import type { EnqueueRequest } from "./task-queue.ts";
import { notifyHandler, publishHandlers } from "./task.ts";

export const overlapPolicies = ["skip", "allow", "queue", "buffer_one", "cancel_other"] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];
export const missedPolicies = ["run_once", "run_all", "skip"] as const;
export type MissedPolicy = (typeof missedPolicies)[number];

const dayMs = 86_400_000;

/**
 * What a schedule may have done, by the field that says it, and for how long one that was missed is worth running: a task a day, a message
 * five minutes. Whoever adds one says how it becomes a task in scheduled-task.ts.
 */
export const missedWindowsMs = { task: dayMs, publish: 300_000, notify: 300_000 } as const;

/** A request that was checked and completed: what is stored. Times are milliseconds since 1970; 0 stands for "no bound". */
export interface ScheduleSpec {
  readonly timing: Timing;
  readonly task?: ScheduledTask;
  readonly publish?: object;
  readonly notify?: object;
  readonly overlap: OverlapPolicy;
  readonly missed: MissedPolicy;
  readonly missedWindowMs: number;
  readonly jitterMs: number;
  readonly maxRuns: number;
  readonly pauseAfter: number;
}

/** `data` is an object or absent: the handler finds the tick in `data.schedule`, a `TickNote`. */
export type ScheduledTask = Pick<
  EnqueueRequest,
  | "handler"
  | "data"
  | "group"
  | "user"
  | "priority"
  | "attempts"
  | "backoff"
  | "timeoutMs"
  | "resultTtlMs"
  | "callbackUrl"
>;

/** A message and a notification are tasks of the hub's own. */
export function targetOf({ task, publish, notify }: Pick<ScheduleSpec, "task" | "publish" | "notify">): ScheduledTask {
  if (notify !== undefined) return { handler: notifyHandler, data: notify };
  return task ?? { handler: publishHandlers[0], data: publish };
}

/** When a schedule's ticks are. Milliseconds since 1970; `startAtMs` and `endAtMs` are 0 where there is no bound. */
export type Timing = Bounds &
  (
    | { readonly kind: "cron"; readonly cron: string; readonly timeZone: string }
    | { readonly kind: "every"; readonly everyMs: number; readonly offsetMs: number }
    /** `timeZone`: in which it was asked for, where that was by a local time. */
    | { readonly kind: "once"; readonly atMs: number; readonly timeZone?: string }
  );

interface Bounds {
  readonly startAtMs: number;
  readonly endAtMs: number;
}
