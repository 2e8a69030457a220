import type { ScheduleRequest, Schedules } from "@switchyard/tasks/schedule";
import { targetOf } from "@switchyard/tasks/schedule-spec";
import { requireForHandler } from "../../access/require-for-handler.ts";
import { ApiError } from "../../errors/api-error.ts";
import type { ChannelPublisher } from "../../channels/channel-publisher.ts";
import type { NotificationIntake } from "../../inbox/notification-intake.ts";
import { orOutcomeUnknown } from "../../errors/or-unavailable.ts";
import { toScheduleAnswer } from "../../schedules/schedule-answer.ts";
import type { Scope } from "../../scope.ts";
import type { HandlerDirectory } from "../../tasks/handler-directory.ts";
import { checkPublication } from "./check-publication.ts";
import { putScheduleSchema } from "./schema.ts";

export interface PutScheduleDeps {
  readonly schedules: Pick<Schedules, "put">;
  readonly channels: Pick<ChannelPublisher, "check">;
  readonly handlers: Pick<HandlerDirectory, "refusal">;
  readonly notifications: Pick<NotificationIntake, "check">;
}

/** `PUT /v1/schedules/:id`. */
export function putSchedule(scope: Scope, { schedules, channels, handlers, notifications }: PutScheduleDeps): void {
  scope.put("/v1/schedules/:id", { schema: putScheduleSchema }, async (request, reply) => {
    const asked = request.body as ScheduleRequest;
    const task = targetOf(asked);
    requireForHandler(task, request.apiKey);
    if (asked.publish !== undefined) checkPublication(asked.publish, { channels, apiKey: request.apiKey });
    if (asked.notify !== undefined) await notifications.check(asked.notify, "notify");
    const refusal = await handlers.refusal(task.handler);
    if (refusal !== undefined) throw refusal;
    const match = request.headers["if-match"];
    const ifRevision = match === undefined ? undefined : Number(match.replaceAll('"', ""));
    const put = await orOutcomeUnknown(schedules.put(request.params.id, asked, ifRevision));
    if (put.verdict === "conflict") {
      const message = `If-Match: the schedule is at revision ${put.revision} (0: there is none); read it and decide again`;
      throw new ApiError("revision_conflict", message, { field: "If-Match" });
    }
    return reply.code(put.verdict === "created" ? 201 : 200).send(toScheduleAnswer(put.schedule));
  });
}
