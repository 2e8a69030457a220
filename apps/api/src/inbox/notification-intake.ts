import { notificationIdOf } from "@switchyard/inbox/notification-id";
import { deliver } from "@switchyard/notifications/deliver";
import { fanOut } from "@switchyard/notifications/fan-out";
import { type Delivered, type Delivery, inlineUsersMax, type NotifyParts } from "@switchyard/notifications/notify";
import { type DeliveryBounds, parseDelivery } from "@switchyard/notifications/parse-delivery";
import { readEitherTime } from "@switchyard/tasks/read-either-time";
import { aheadMaxMs } from "@switchyard/tasks/task";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { type Caller, repeatKey } from "../access/repeat-key.ts";
import { orOutcomeUnknown } from "../errors/or-unavailable.ts";
import type { ApiMetrics } from "../metrics.ts";
import type { HandlerDirectory } from "../tasks/handler-directory.ts";
import { within } from "./inbox-refusal.ts";

/** Takes notifications in: few users are written while the caller waits, many by tasks. */
export interface NotificationIntake {
  /** @throws InboxRejection, TaskRejection or ApiError for a request that cannot be taken; nothing was written then */
  accept(request: NotificationAsked, caller: Caller): Promise<Notified | NotifyingLater>;
  /** The same check of what others deliver, a task or a schedule. @throws InboxRejection or ApiError */
  check(request: unknown): Promise<void>;
}

/** As its schema has it; what it says is checked by the package. */
export interface NotificationAsked {
  readonly to: { readonly users: readonly string[] };
  readonly item: object;
  readonly escalate?: readonly object[];
  readonly deliverAt?: number | string;
  readonly deliverAtMs?: number;
  readonly idempotencyKey?: string;
}

type Notified = ReturnType<typeof toNotified>;
interface NotifyingLater {
  readonly id: string;
  readonly recipients: number;
  readonly tasks: string[];
  readonly isRecalled?: true;
}

export interface NotificationIntakeDeps {
  readonly parts: NotifyParts;
  readonly bounds: DeliveryBounds;
  readonly handlers: Pick<HandlerDirectory, "refusal">;
  readonly metrics: Pick<ApiMetrics, "notifications">;
}

export function createNotificationIntake(deps: NotificationIntakeDeps): NotificationIntake {
  const { parts, bounds, handlers, metrics } = deps;

  async function prepare(request: unknown): Promise<Delivery> {
    const delivery = parseDelivery(notificationIdOf(undefined), request, bounds);
    for (const [index, { handler }] of delivery.escalate.entries()) {
      const refusal = await handlers.refusal(handler);
      if (refusal !== undefined) throw within(`escalate[${index}]`, refusal);
    }
    return delivery;
  }

  /** The notification of the key. Only of a request that can be taken: the week of a key begins with the first of these. */
  async function identified(key: string, request: unknown): Promise<Delivery> {
    return parseDelivery(await parts.inbox.identify(key), request, bounds);
  }

  return {
    async accept({ deliverAt, deliverAtMs, idempotencyKey, ...request }, caller) {
      const repeated = repeatKey(caller, "idempotencyKey", idempotencyKey);
      const runAtMs = readDeliveryTime({ deliverAt, deliverAtMs });
      const checked = await prepare(request);
      const delivery = repeated === undefined ? checked : await orOutcomeUnknown(identified(repeated.key, request));
      const { notification, users } = delivery;
      if (users.length <= inlineUsersMax && runAtMs === undefined) {
        const delivered = await orOutcomeUnknown(deliver(delivery, parts));
        metrics.notifications.inc({ result: delivered.isRecalled ? "recalled" : "written" });
        return toNotified(delivery, delivered);
      }
      const { tasks, isRecalled } = await orOutcomeUnknown(fanOut({ ...delivery, runAtMs }, parts));
      metrics.notifications.inc({ result: isRecalled ? "recalled" : "later" });
      return {
        id: notification.id,
        recipients: users.length,
        tasks: [...tasks],
        ...(isRecalled && { isRecalled: true as const }),
      };
    },
    async check(request) {
      await prepare(request);
    },
  };
}

/** Looked at before anything is noted under the key, which the caller sends again with a better time. */
function readDeliveryTime(times: Record<"deliverAt" | "deliverAtMs", number | string | undefined>): number | undefined {
  const runAtMs = readEitherTime(times);
  if (runAtMs === undefined || runAtMs - Date.now() < aheadMaxMs) return runAtMs;
  const field = times.deliverAt === undefined ? "deliverAtMs" : "deliverAt";
  throw new TaskRejection("field_invalid", field, "must be less than a year ahead");
}

function toNotified({ notification, users }: Delivery, { replies, isRecalled }: Delivered) {
  // What was recalled is in no inbox, whatever was written before.
  const all = isRecalled ? [] : [...replies];
  const has = all.filter(([, { outcome }]) => outcome === "stored" || outcome === "duplicate");
  const countOf = (outcome: string) => all.filter(([, reply]) => reply.outcome === outcome).length;
  return {
    id: notification.id as string,
    recipients: users.length,
    stored: has.length,
    muted: countOf("muted"),
    expired: countOf("expired"),
    live: all.filter(([, { nodes }]) => nodes > 0).length,
    items: has.map(([user, { id, counts }]) => ({
      user: user as string,
      id: id as string,
      counts: { ...counts, categories: { ...counts.categories } },
    })),
    ...(isRecalled && { isRecalled: true as const }),
  };
}
