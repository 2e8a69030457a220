import { createHash, randomBytes } from "node:crypto";
import type { TaskId } from "@switchyard/protocol/task-id";
import { acceptRequest, type AcceptedTask } from "../accept-request.ts";
import type { TickNote } from "../schedule.ts";
import type { ScheduleSpec } from "../schedule-spec.ts";
import { isHubsOwn } from "../task.ts";
import type { TaskPolicy } from "../task-policy.ts";
import { scheduledTask } from "./scheduled-task.ts";

/** A task as the scripts take it; see `tasks.enter`. */
export interface TaskEntry {
  readonly id: TaskId;
  readonly handler: string;
  readonly data: string;
  readonly options: string;
  readonly admission: string;
}

/** Made by the queue, which knows how a task lies in it. */
export type EncodeTask = (task: AcceptedTask) => TaskEntry;

export interface EntryParts {
  readonly policy: TaskPolicy;
  readonly encode: EncodeTask;
}

/** What is written where there is no task. */
export const noEntry: TaskEntry = { id: "none" as TaskId, handler: "", data: "", options: "", admission: "" };

/**
 * The task of one tick. Its id follows from the schedule's incarnation and the tick, so that a tick is one task however often it
 * is fired, and a schedule that was removed and made again under its id has other ones.
 * @throws TaskRejection when the settings have changed so that it can no longer be enqueued.
 */
export function entryOf(from: FiredSchedule, note: TickNote, { policy, encode }: EntryParts): TaskEntry {
  const request = scheduledTask(from.spec, note.id);
  // The hub's own take what they publish or write and no other field, however a schedule names them.
  const data = isHubsOwn(request.handler) ? request.data : { ...(request.data as object | undefined), schedule: note };
  const task = acceptRequest({ ...request, data }, policy, note.firedAtMs);
  return encode({ ...task, id: note.kind === "trigger" ? task.id : tickTaskId(from.incarnation, note) });
}

export interface FiredSchedule {
  readonly incarnation: string;
  readonly spec: ScheduleSpec;
}

function tickTaskId(incarnation: string, { id, tickMs }: TickNote): TaskId {
  const hash = createHash("sha256").update(`${incarnation}\n${id}\n${tickMs}`).digest("base64url");
  return `t_${hash.slice(0, 21)}` as TaskId;
}

export function newIncarnation(): string {
  return randomBytes(16).toString("base64url");
}
