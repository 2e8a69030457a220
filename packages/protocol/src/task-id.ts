declare const brand: unique symbol;
/** A text that {@link isTaskId} has looked at. Whatever makes a name in Redis of an id takes this and no plain text. */
export type TaskId = string & { readonly [brand]: "TaskId" };

/**
 * Names the queue has beside its jobs, whose keys are made the same way: a job called like one of them would be read, and
 * deleted, in its place.
 */
export const reservedTaskIds = [
  "active",
  "wait",
  "waiting-children",
  "paused",
  "id",
  "delayed",
  "prioritized",
  "stalled-check",
  "completed",
  "failed",
  "stalled",
  "repeat",
  "limiter",
  "meta",
  "events",
  "pc",
  "marker",
  "de",
] as const;
const reserved: ReadonlySet<string> = new Set(reservedTaskIds);

/** Longer ones are refused; ours have 23. */
export const taskIdMaxBytes = 255;
/** What belongs to a job, to a schedule, or to groups has a name with `:`; so have the runs of a schedule, and nothing else. */
const scheduledRun = /^repeat:[^:]+:\d+$/;

/**
 * Whether a text can be the id of a task: one of ours (`t_` and 21 characters), a number or UUID of a BullMQ client, or what
 * a producer of its own has chosen. The scripts of groups have the same rule, see ingest.lua.
 */
export function isTaskId(text: string): text is TaskId {
  if (text === "" || reserved.has(text) || Buffer.byteLength(text) > taskIdMaxBytes) return false;
  if (text.includes(":") && !scheduledRun.test(text)) return false;
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}
