import type { Schedules } from "@switchyard/tasks/schedule";
import { orOutcomeUnknown } from "../../errors/or-unavailable.ts";
import { toIso } from "../../shapes/iso-times.ts";
import { toScheduleAnswer } from "../../schedules/schedule-answer.ts";
import { orUnknown } from "../../schedules/schedule-failures.ts";
import type { Scope } from "../../scope.ts";
import {
  backfillScheduleSchema,
  pauseScheduleSchema,
  removeScheduleSchema,
  resumeScheduleSchema,
  triggerScheduleSchema,
} from "./schema.ts";

/** `POST /v1/schedules/:id/pause`, `resume`, `trigger` and `backfill`, and `DELETE /v1/schedules/:id`. */
export function changeSchedule(scope: Scope, { schedules }: { readonly schedules: Schedules }): void {
  const path = "/v1/schedules/:id";
  scope.post(`${path}/pause`, { schema: pauseScheduleSchema }, async ({ params: { id }, body }) =>
    toScheduleAnswer(orUnknown(await orOutcomeUnknown(schedules.pause(id, body?.note)))),
  );
  scope.post(`${path}/resume`, { schema: resumeScheduleSchema }, async ({ params: { id } }) =>
    toScheduleAnswer(orUnknown(await orOutcomeUnknown(schedules.resume(id)))),
  );
  scope.post(`${path}/trigger`, { schema: triggerScheduleSchema }, async ({ params: { id }, body }) =>
    orUnknown(await orOutcomeUnknown(schedules.trigger(id, body?.overlap))),
  );
  scope.post(`${path}/backfill`, { schema: backfillScheduleSchema }, async ({ params: { id }, body }) => {
    const { ticksMs, ...counts } = orUnknown(await orOutcomeUnknown(schedules.backfill(id, body)));
    return { ticksMs: [...ticksMs], ticks: ticksMs.map(toIso), ...counts };
  });
  scope.delete(path, { schema: removeScheduleSchema }, async ({ params: { id } }) => ({
    removed: await orOutcomeUnknown(schedules.remove(id)),
  }));
}
