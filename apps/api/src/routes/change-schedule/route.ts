import type { Schedules } from "@switchyard/tasks/schedule";
import { targetOf } from "@switchyard/tasks/schedule-spec";
import type { ApiKey } from "../../access/api-keys.ts";
import { requireForHandler } from "../../access/require-for-handler.ts";
import { orOutcomeUnknown, orUnavailable } from "../../errors/or-unavailable.ts";
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

/**
 * `POST /v1/schedules/:id/pause`, `resume`, `trigger` and `backfill`, and `DELETE /v1/schedules/:id`.
 *
 * Whoever has one run besides its ticks does what it does, so for `trigger` and `backfill` a key needs the scopes of that, as for
 * putting it. The others add nothing to what the one who put it was allowed: to pause, to undo that, and to remove it is what the
 * scope `schedules` is.
 */
export function changeSchedule(scope: Scope, { schedules }: { readonly schedules: Schedules }): void {
  const path = "/v1/schedules/:id";
  async function requireForTarget(id: string, apiKey: ApiKey): Promise<void> {
    const { spec } = orUnknown(await orUnavailable(schedules.get(id)));
    if (spec !== null) requireForHandler(targetOf(spec), apiKey);
  }

  scope.post(`${path}/pause`, { schema: pauseScheduleSchema }, async (request) => {
    const { apiKey, opsSession, params, body } = request;
    const by = opsSession?.user.name ?? apiKey.name;
    return toScheduleAnswer(orUnknown(await orOutcomeUnknown(schedules.pause(params.id, body?.note, by))));
  });
  scope.post(`${path}/resume`, { schema: resumeScheduleSchema }, async ({ params: { id } }) =>
    toScheduleAnswer(orUnknown(await orOutcomeUnknown(schedules.resume(id)))),
  );
  scope.post(`${path}/trigger`, { schema: triggerScheduleSchema }, async ({ apiKey, params: { id }, body }) => {
    await requireForTarget(id, apiKey);
    return orUnknown(await orOutcomeUnknown(schedules.trigger(id, body?.overlap)));
  });
  scope.post(`${path}/backfill`, { schema: backfillScheduleSchema }, async ({ apiKey, params: { id }, body }) => {
    await requireForTarget(id, apiKey);
    const { ticksMs, ...counts } = orUnknown(await orOutcomeUnknown(schedules.backfill(id, body)));
    return { ticksMs: [...ticksMs], ticks: ticksMs.map(toIso), ...counts };
  });
  scope.delete(path, { schema: removeScheduleSchema }, async ({ params: { id } }) => ({
    removed: await orOutcomeUnknown(schedules.remove(id)),
  }));
}
