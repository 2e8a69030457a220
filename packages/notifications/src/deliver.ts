import type { AddReply } from "@switchyard/inbox/inbox";
import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import type { InboxUser } from "@switchyard/inbox/inbox-user";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { enqueueAll } from "./enqueue-all.ts";
import { areTimersStale, type Chunk, timersOf } from "./escalation-timers.ts";
import { type Delivered, type Delivery, type NotifyParts, usersPerTask } from "./notify.ts";
import { noteUsers } from "./note-users.ts";
import { slices } from "./slices.ts";

/** Items on their way at one time; all that a fan-out has under way stands before others' commands in Redis. */
const usersAtOnce = 10;
/** Users between two looks whether a recall has come. */
const usersPerLook = 50;

/**
 * Writes the items of a delivery. Whatever interrupts it, it may be done again from the beginning: what is there stays as it is.
 *
 * A recall may come at any time. It says so first and then takes back the items of all users that were noted. So users are noted
 * before their items are written, and after each batch it is looked whether a recall has come.
 * @param onBatch told how many users have had their turn
 * @throws TaskRejection when the id belongs to another request, or a timer cannot be enqueued; nothing was written then
 */
export async function deliver(
  delivery: Delivery,
  parts: NotifyParts,
  onBatch?: (users: number) => void,
): Promise<Delivered> {
  const replies = new Map<InboxUser, AddReply>();
  for (const [index, users] of slices(delivery.users, usersPerTask).entries()) {
    const chunk = { ...delivery, chunk: delivery.firstChunk + index, users };
    if ((await noteUsers(chunk, parts)) === "recalled") return { replies, isRecalled: true };
    try {
      const isRecalled = await writeChunk(chunk, parts, (user, reply) => {
        replies.set(user, reply);
        if (replies.size % usersPerLook === 0) onBatch?.(replies.size);
      });
      if (isRecalled) return { replies, isRecalled };
    } catch (error) {
      if (error instanceof TaskRejection || error instanceof InboxRejection) throw error;
      // Some of it is done, whatever the command that failed says of itself.
      throw new Error("not known whether all of it was written", { cause: error });
    }
  }
  return { replies, isRecalled: false };
}

/** @returns true: it was recalled, and nothing of it is there any more. */
async function writeChunk(
  chunk: Chunk,
  parts: NotifyParts,
  onReply: (user: InboxUser, reply: AddReply) => void,
): Promise<boolean> {
  const timedAtMs = Date.now();
  await enqueueAll(timersOf(chunk, timedAtMs), parts);
  const add = async (user: InboxUser) => onReply(user, await parts.inbox.add(user, chunk.notification));
  for (const users of slices(chunk.users, usersPerLook)) {
    for (const some of slices(users, usersAtOnce)) await Promise.all(some.map(add));
    if ((await noteUsers({ ...chunk, users }, parts)) !== "recalled") continue;
    await parts.inbox.recall(chunk.notification.id);
    return true;
  }
  const nowMs = Date.now();
  if (areTimersStale(chunk.escalate, timedAtMs, nowMs)) await enqueueAll(timersOf(chunk, nowMs), parts);
  return false;
}
