import type { NotificationEntry } from "@switchyard/inbox/notification-log";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { Delivery, NotifyParts } from "./notify.ts";

/**
 * Before their items are written, so that a recall finds every one of them; after that, whether a recall has come.
 * @throws TaskRejection when the id, and so the idempotency key, belongs to another request
 */
export async function noteUsers(
  { notification: { id }, ...entry }: Pick<Delivery, "notification"> & NotificationEntry,
  { inbox }: Pick<NotifyParts, "inbox">,
): Promise<"noted" | "recalled"> {
  const verdict = await inbox.note(id, entry);
  if (verdict === "recalled") return verdict;
  if (verdict !== "conflict") return "noted";
  throw new TaskRejection("idempotency_conflict", "idempotencyKey", "was used with another request; choose a new key");
}
