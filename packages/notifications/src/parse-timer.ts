import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { parseInboxUser } from "@switchyard/inbox/inbox-user";
import { isNotificationId } from "@switchyard/inbox/notification-id";
import { isObject } from "@switchyard/inbox/request-object";
import type { TimerData } from "./escalation-timers.ts";
import { parseSteps } from "./parse-delivery.ts";

/** A timer is a task like any other, so anybody may have written it. @throws InboxRejection */
export function parseTimer(data: unknown): TimerData {
  const { notification, category, isCritical, item, escalation, users } = isObject(data) ? data : {};
  if (typeof notification !== "string" || !isNotificationId(notification) || !Array.isArray(users) || !isObject(item))
    throw new InboxRejection("field_invalid", "data", "is not that of a timer; timers are made by notifications");
  const { step, ...rest } = isObject(escalation) ? escalation : {};
  const [checked] = parseSteps([rest], { knowsPresence: true });
  return {
    notification,
    category: String(category),
    isCritical: isCritical === true,
    item,
    // One step was given, so one came back.
    escalation: { ...(checked as NonNullable<typeof checked>), step: Number(step) },
    users: (users as unknown[]).map((user, index) => parseInboxUser(String(user), `users[${index}]`)),
  };
}
