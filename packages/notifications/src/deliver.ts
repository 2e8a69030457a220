import { setTimeout as sleep } from "node:timers/promises";
import type { AddReply } from "@switchyard/inbox/inbox";
import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import type { InboxUser } from "@switchyard/inbox/inbox-user";
import { itemIdOf } from "@switchyard/inbox/notification-id";
import type { AddOutcome } from "@switchyard/inbox/notification-log";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { enqueueAll } from "./enqueue-all.ts";
import { areTimersStale, type Chunk, timersOf } from "./escalation-timers.ts";
import { type Delivered, type Delivery, type NotifyParts, usersPerTask } from "./notify.ts";
import { noteUsers } from "./note-users.ts";
import { slices } from "./slices.ts";

/** Items on their way at one time where a caller waits, who has a hundred users at most. */
const usersAtOnce = 10;
/**
 * And where nobody does. All that a fan-out has on its way stands before others' commands in Redis, and takes its part of the processors they
 * need. With four tasks at once, all of the hub on one core, the p99 of others' publishing grew by 40 to 100 % with two users under way in each, by 30
 * to 60 % with one every 3 to 3.5 ms, and by 0 to 10 % with one every 7 ms. Every 3.5 ms is the most rest with which ten thousand users still
 * take less than ten seconds.
 */
const background = { usersAtOnce: 1, batchMinMs: 3.5, restMaxMs: 50 } as const;
/** Users between two looks whether a recall has come. */
const usersPerLook = 50;

export interface DeliverOptions {
  /** Told how many users have had their turn. */
  readonly onBatch?: (users: number) => void;
  /** Nobody waits for it, so others come first. */
  readonly isInBackground?: boolean;
}

interface WriteOptions {
  readonly onReply: (user: InboxUser, reply: AddReply) => void;
  readonly isInBackground: boolean;
}

/**
 * Writes the items of a delivery. Whatever interrupts it, it may be done again from the beginning: what is there stays as it is, and who was
 * noted to have had it is passed over.
 *
 * A recall may come at any time. It says so first and then takes back the items of all users that were noted. So users are noted
 * before their items are written, and after each batch it is looked whether a recall has come.
 * @throws TaskRejection when the id belongs to another request, or a timer cannot be enqueued; nothing was written then
 */
export async function deliver(
  delivery: Delivery,
  parts: NotifyParts,
  { onBatch, isInBackground = false }: DeliverOptions = {},
): Promise<Delivered> {
  const replies = new Map<InboxUser, AddReply>();
  for (const [index, users] of slices(delivery.users, usersPerTask).entries()) {
    const chunk = { ...delivery, chunk: delivery.firstChunk + index, users };
    const { notification, digest } = delivery;
    if ((await noteUsers({ notification, digest, users }, parts)) === "recalled") return { replies, isRecalled: true };
    try {
      const onReply = (user: InboxUser, reply: AddReply) => {
        replies.set(user, reply);
        if (replies.size % usersPerLook === 0) onBatch?.(replies.size);
      };
      const isRecalled = await writeChunk(chunk, parts, { onReply, isInBackground });
      if (isRecalled) return { replies, isRecalled };
    } catch (error) {
      if (error instanceof TaskRejection || error instanceof InboxRejection) throw error;
      // Some of it is done, whatever the command that failed says of itself.
      throw new Error("not known whether all of it was written", { cause: error });
    }
  }
  return { replies, isRecalled: false };
}

/**
 * A user whose outcome was noted is passed over, and there are no timers for a chunk of such users alone: they have had theirs, and
 * the queue forgets the keys of timers sooner than the hub does that of the notification.
 * @returns true: it was recalled, and nothing of it is there any more.
 */
async function writeChunk(
  chunk: Chunk,
  parts: NotifyParts,
  { onReply, isInBackground }: WriteOptions,
): Promise<boolean> {
  const known = await parts.inbox.outcomes(chunk.notification.id, chunk.users);
  const isRepeated = known.size === chunk.users.length;
  const timedAtMs = Date.now();
  if (!isRepeated) await enqueueAll(timersOf(chunk, timedAtMs), parts);
  const outcomes = new Map(known);
  const add = async (user: InboxUser) => {
    const outcome = known.get(user);
    const reply = await (outcome === undefined
      ? parts.inbox.add(user, chunk.notification)
      : again(user, outcome, chunk, parts));
    outcomes.set(user, outcome ?? reply.outcome);
    parts.onItem?.(reply);
    onReply(user, reply);
  };
  let left = chunk.users.length;
  for (const users of slices(chunk.users, usersPerLook)) {
    for (const some of slices(users, isInBackground ? background.usersAtOnce : usersAtOnce)) {
      const beganMs = performance.now();
      await Promise.all(some.map(add));
      if (isInBackground) await rest(performance.now() - beganMs);
    }
    left -= users.length;
    const nowMs = Date.now();
    // Before the last of them are noted: after that nobody would make sure of these timers any more.
    if (left === 0 && !isRepeated && areTimersStale(chunk.escalate, timedAtMs, nowMs))
      await enqueueAll(timersOf(chunk, nowMs), parts);
    const { notification, digest } = chunk;
    if ((await noteUsers({ notification, digest, users, outcomes }, parts)) !== "recalled") continue;
    await parts.inbox.recall(chunk.notification.id);
    return true;
  }
  return false;
}

/** The slower the answers, the longer the rest: where they are slow others wait as well. */
function rest(tookMs: number): Promise<void> {
  const { batchMinMs, restMaxMs } = background;
  return sleep(Math.min(restMaxMs, Math.max(batchMinMs - tookMs, tookMs / 4)));
}

/** What a user is told who has had a turn: the outcome of then, with the counts of now. */
async function again(user: InboxUser, outcome: AddOutcome, { notification }: Chunk, { inbox }: NotifyParts) {
  const state = await inbox.counts(user);
  const evicted = { archived: 0, read: 0, unread: 0 };
  const id = itemIdOf(notification.id, user);
  return { ...state, outcome: outcome === "stored" ? ("duplicate" as const) : outcome, id, nodes: 0, evicted };
}
