import Type from "typebox";
import { ApiError } from "../errors/api-error.ts";
import { restFailures, whenChanging, whenReading } from "../errors/rest-error.ts";

/** `:id` of `/v1/schedules/:id…`. */
export const ScheduleParams = Type.Object({
  id: Type.String({ description: "Chosen by its owner: 1 to 128 of A-Z, a-z, 0-9, `.`, `_` and `-`." }),
});

export const readingFailures = restFailures(...whenReading);
export const readingOneFailures = restFailures(...whenReading, "schedule_unknown");
export const previewFailures = restFailures(...whenChanging);
export const bodyFailures = restFailures(...whenChanging, "schedule_unknown");
export const puttingFailures = restFailures(...whenChanging, "handler_unknown", "revision_conflict");

/** @throws ApiError `schedule_unknown` for undefined. */
export function orUnknown<T>(found: T | undefined): T {
  if (found !== undefined) return found;
  throw new ApiError("schedule_unknown", "no schedule has this id, or it finished more than a day ago", {
    field: "id",
  });
}
