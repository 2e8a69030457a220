import type { ScheduleRequest, Schedules } from "@switchyard/tasks/schedule";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { inWords, toSpecAnswer, toUpcoming } from "../../schedules/schedule-answer.ts";
import type { Scope } from "../../scope.ts";
import { previewScheduleSchema } from "./schema.ts";

/** `POST /v1/schedules/preview`. */
export function previewSchedule(scope: Scope, { schedules }: { readonly schedules: Pick<Schedules, "preview"> }): void {
  scope.post("/v1/schedules/preview", { schema: previewScheduleSchema }, async ({ body: { count, ...request } }) => {
    const asked = request as ScheduleRequest;
    // When is the question; what would run has no part in the answer.
    const { task, publish, notify } = asked;
    const target = (task ?? publish ?? notify) === undefined ? { publish: { user: "preview" } } : {};
    const { spec, upcomingMs, warnings } = await orUnavailable(schedules.preview({ ...asked, ...target }, count));
    const { publish: _publish, ...shown } = spec;
    const told = toSpecAnswer("publish" in target ? shown : spec);
    return { ...inWords(spec), spec: told, ...toUpcoming(upcomingMs), warnings: [...warnings] };
  });
}
