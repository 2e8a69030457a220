import type { Inbox } from "@switchyard/inbox/inbox";
import { isNotificationId, type NotificationId } from "@switchyard/inbox/notification-id";
import { callerOf } from "../../access/repeat-key.ts";
import { ApiError } from "../../errors/api-error.ts";
import type { NotificationIntake } from "../../inbox/notification-intake.ts";
import { withIsoTimes } from "../../shapes/iso-times.ts";
import { decodeCursor, encodeCursor } from "../../shapes/page-cursor.ts";
import { orOutcomeUnknown, orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { notifyUsersSchema } from "./schema.ts";
import { listRecipientsSchema, recallNotificationSchema, traceNotificationSchema } from "./trace-schema.ts";

export interface NotifyDeps {
  readonly notifications: Pick<NotificationIntake, "accept">;
  readonly inbox: Pick<Inbox, "report" | "recipients" | "recall">;
}

/**
 * `POST /v1/inbox`, `GET` and `DELETE /v1/notifications/:id`, and `GET …/recipients`. These are not below `/v1/inbox`, where the next part of a path is a
 * user, and a user may be called `notifications`.
 */
export function notify(scope: Scope, { notifications, inbox }: NotifyDeps): void {
  scope.post("/v1/inbox", { schema: notifyUsersSchema }, async (request, reply) => {
    const answer = await notifications.accept(request.body, callerOf(request));
    return reply.code("tasks" in answer ? 202 : 201).send(answer);
  });

  const path = "/v1/notifications/:id";
  scope.get(path, { schema: traceNotificationSchema }, async ({ params: { id } }) => {
    const { escalated, ...report } = orUnknown(await orUnavailable(inbox.report(readId(id))));
    return withIsoTimes({ ...report, escalated: { ...escalated } });
  });
  scope.get(`${path}/recipients`, { schema: listRecipientsSchema }, async ({ params: { id }, query }) => {
    const page = { cursor: decodeCursor("recipients", query.cursor), limit: query.limit ?? 100 };
    const { recipients, cursor } = orUnknown(await orUnavailable(inbox.recipients(readId(id), page)));
    return { recipients: recipients.map((one) => ({ ...one })), cursor: encodeCursor("recipients", cursor) };
  });
  scope.delete(path, { schema: recallNotificationSchema }, async ({ params: { id } }) => {
    const { removed } = orUnknown(await orOutcomeUnknown(inbox.recall(readId(id))));
    return { removed };
  });
}

function readId(id: string): NotificationId {
  if (isNotificationId(id)) return id;
  throw new ApiError("invalid_request", "id: must be that of a notification, `nt_` and 21 characters", { field: "id" });
}

function orUnknown<T>(found: T | undefined): T {
  if (found !== undefined) return found;
  const message = "no notification has this id, or it was asked for more than a week ago";
  throw new ApiError("notification_unknown", message, { field: "id" });
}
