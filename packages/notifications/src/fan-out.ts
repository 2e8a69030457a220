import { notifyHandler } from "@switchyard/tasks/task";
import { enqueueAll } from "./enqueue-all.ts";
import { type Delivery, type NotifyParts, usersPerTask } from "./notify.ts";
import { noteUsers } from "./note-users.ts";
import { slices } from "./slices.ts";

/** The group of tasks that write notifications to many. Settings of its name in the file stand above these. */
export const inboxGroup = "inbox";
/** So many at once that others still get their turn; none waits for another one's next attempt, for their order means nothing. */
export const inboxGroupSettings = { concurrency: 4, on_failure: "skip" } as const;

/** Of a task that a fan-out has made, beside the request. */
export interface PartOf {
  readonly id: string;
  readonly digest: string;
  readonly chunk: number;
}

export interface FanOut extends Delivery {
  /** Undefined: now. */
  readonly runAtMs: number | undefined;
}

export interface FannedOut {
  /** Their ids: the same ones for the same notification. */
  readonly tasks: readonly string[];
  /** It was taken back, so there are none. */
  readonly isRecalled: boolean;
}

/**
 * Makes tasks of a notification to many, or of one whose time has not come. Its users are noted first, so that it can be looked at
 * and recalled from then on.
 * @throws TaskRejection when the id belongs to another request, or a task cannot be enqueued
 */
export async function fanOut(delivery: FanOut, parts: NotifyParts): Promise<FannedOut> {
  const { notification, users, item, escalate, runAtMs } = delivery;
  // The same at another time is another request.
  const digest = runAtMs === undefined ? delivery.digest : `${delivery.digest} at ${runAtMs}`;
  const chunks = slices(users, usersPerTask);
  // By pieces: ten thousand at once would keep Redis from everybody else for as long as a hundred other commands take.
  for (const some of chunks) {
    if ((await noteUsers({ notification, digest, users: some }, parts)) === "recalled")
      return { tasks: [], isRecalled: true };
  }
  const requests = chunks.map((some, chunk) => {
    const part: PartOf = { id: notification.id, digest, chunk };
    const to = { users: some };
    return {
      handler: notifyHandler,
      group: inboxGroup,
      data: { to, item, escalate, part },
      idempotencyKey: `notify:${notification.id}:${chunk}`,
      ...(runAtMs !== undefined && { runAt: runAtMs }),
      // Users who have theirs are passed over quickly, and the others should not go without for a Redis that is away for minutes.
      attempts: 10,
    };
  });
  return { tasks: await enqueueAll(requests, parts), isRecalled: false };
}
