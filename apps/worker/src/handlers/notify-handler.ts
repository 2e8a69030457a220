import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { isNotificationId, type NotificationId, notificationIdOf } from "@switchyard/inbox/notification-id";
import { isObject } from "@switchyard/inbox/request-object";
import { deliver } from "@switchyard/notifications/deliver";
import type { PartOf } from "@switchyard/notifications/fan-out";
import { type DeliveryBounds, parseDelivery } from "@switchyard/notifications/parse-delivery";
import type { Delivered, Delivery, NotifyParts } from "@switchyard/notifications/notify";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { Outcome, RunAttempt } from "@switchyard/tasks/task-worker";

export interface NotifyHandlerDeps {
  readonly parts: NotifyParts;
  readonly bounds: DeliveryBounds;
}

/**
 * Notifying as work: `{"to": {"users"}, "item", "escalate"?}`, whoever has enqueued it. The notification's id follows from the
 * task's, or from the request a fan-out has divided, so each user has it once however often the task is attempted.
 */
export function createNotifyHandler({ parts, bounds }: NotifyHandlerDeps): RunAttempt {
  return async ({ task, dataJson, progress }) => {
    try {
      const delivery = readDelivery(parseExactJson(dataJson), notificationIdOf(`task:${task.id}`), bounds);
      const percentPerUser = 100 / delivery.users.length;
      const onBatch = (users: number) => progress(users * percentPerUser);
      return succeeded(delivery, await deliver(delivery, parts, { onBatch, isInBackground: true }));
    } catch (error) {
      // Another attempt would find the same fault.
      if (!(error instanceof InboxRejection || error instanceof TaskRejection)) throw error;
      return { kind: "failed", code: "handler_failed", message: `data.${error.publicMessage}`, final: true };
    }
  };
}

/** `part` says that a fan-out has made the task. */
function readDelivery(data: unknown, ownId: NotificationId, bounds: DeliveryBounds): Delivery {
  const { part, ...request } = isObject(data) ? data : { request: data };
  if (part === undefined) return parseDelivery(ownId, "request" in request ? data : request, bounds);
  const { id, digest, chunk }: Partial<Record<keyof PartOf, unknown>> = isObject(part) ? part : {};
  const isPart = typeof id === "string" && isNotificationId(id) && typeof digest === "string";
  if (!isPart || typeof chunk !== "number")
    throw new InboxRejection("field_invalid", "part", "is made by the hub alone; leave it out");
  return { ...parseDelivery(id, request, bounds), digest, firstChunk: chunk };
}

function succeeded({ notification, users }: Delivery, { replies, isRecalled }: Delivered): Outcome {
  // What was recalled is in no inbox, whatever was written before.
  const outcomes = Map.groupBy(isRecalled ? [] : replies.values(), ({ outcome }) => outcome);
  const countOf = (outcome: string) => outcomes.get(outcome as never)?.length ?? 0;
  const counts = {
    recipients: users.length,
    stored: countOf("stored") + countOf("duplicate"),
    muted: countOf("muted"),
    expired: countOf("expired"),
  };
  return { kind: "succeeded", result: { id: notification.id, ...counts, ...(isRecalled && { isRecalled }) } };
}
