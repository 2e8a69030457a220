import type { ScheduleRequest, Schedules } from "@switchyard/tasks/schedule";
import { targetOf } from "@switchyard/tasks/schedule-spec";
import { requireForHandler } from "../../access/require-for-handler.ts";
import { ApiError } from "../../errors/api-error.ts";
import { orOutcomeUnknown } from "../../errors/or-unavailable.ts";
import { checkTarget } from "../../schedules/check-target.ts";
import { toScheduleAnswer } from "../../schedules/schedule-answer.ts";
import type { Scope } from "../../scope.ts";
import type { OwnTaskCheck } from "../../tasks/task-intake.ts";
import type { HandlerDirectory } from "../../tasks/handler-directory.ts";
import { putScheduleSchema } from "./schema.ts";

export interface PutScheduleDeps {
  readonly schedules: Pick<Schedules, "put">;
  readonly checkOwnTask: OwnTaskCheck;
  readonly handlers: Pick<HandlerDirectory, "refusal">;
}

/** `PUT /v1/schedules/:id`. */
export function putSchedule(scope: Scope, { schedules, checkOwnTask, handlers }: PutScheduleDeps): void {
  scope.put("/v1/schedules/:id", { schema: putScheduleSchema }, async (request, reply) => {
    const asked = request.body as ScheduleRequest;
    const task = targetOf(asked);
    requireForHandler(task, request.apiKey);
    await checkTarget(asked, checkOwnTask);
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
