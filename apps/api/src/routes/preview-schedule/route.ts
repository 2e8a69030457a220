import type { ScheduleRequest, Schedules } from "@switchyard/tasks/schedule";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { checkTarget } from "../../schedules/check-target.ts";
import { inWords, toSpecAnswer, toUpcoming } from "../../schedules/schedule-answer.ts";
import type { Scope } from "../../scope.ts";
import type { OwnTaskCheck } from "../../tasks/task-intake.ts";
import { previewScheduleSchema } from "./schema.ts";

export interface PreviewScheduleDeps {
  readonly schedules: Pick<Schedules, "preview">;
  readonly checkOwnTask: OwnTaskCheck;
}

/** `POST /v1/schedules/preview`. */
export function previewSchedule(scope: Scope, { schedules, checkOwnTask }: PreviewScheduleDeps): void {
  scope.post("/v1/schedules/preview", { schema: previewScheduleSchema }, async ({ body: { count, ...request } }) => {
    const asked = request as ScheduleRequest;
    // When is the question; what would run has no part in the answer.
    const { task, publish, notify } = asked;
    const hasTarget = (task ?? publish ?? notify) !== undefined;
    if (hasTarget) await checkTarget(asked, checkOwnTask);
    const target = hasTarget ? {} : { publish: { user: "preview" } };
    const { spec, upcomingMs, warnings } = await orUnavailable(schedules.preview({ ...asked, ...target }, count));
    const { publish: _publish, ...shown } = spec;
    const told = toSpecAnswer("publish" in target ? shown : spec);
    return { ...inWords(spec), spec: told, ...toUpcoming(upcomingMs), warnings: [...warnings] };
  });
}
