import Type from "typebox";
import { ApiError } from "../errors/api-error.ts";
import { restFailures } from "../errors/rest-error.ts";

/** `:id` of `/v1/schedules/:id…`. */
export const ScheduleParams = Type.Object({
  id: Type.String({ description: "Chosen by its owner: 1 to 128 of A-Z, a-z, 0-9, `.`, `_` and `-`." }),
});

/** What every call may meet that reads. */
const reading = ["invalid_request", "unauthorized", "forbidden", "unavailable"] as const;
const body = ["invalid_json", "body_too_large", "unsupported_media_type"] as const;
export const readingFailures = restFailures(...reading);
export const readingOneFailures = restFailures(...reading, "schedule_unknown");
export const previewFailures = restFailures(...body, ...reading, "outcome_unknown");
export const bodyFailures = restFailures(...body, ...reading, "schedule_unknown", "outcome_unknown");
export const puttingFailures = restFailures(
  ...body,
  ...reading,
  "handler_unknown",
  "revision_conflict",
  "outcome_unknown",
);

/** @throws ApiError `schedule_unknown` for undefined. */
export function orUnknown<T>(found: T | undefined): T {
  if (found !== undefined) return found;
  throw new ApiError("schedule_unknown", "no schedule has this id, or it finished more than a day ago", {
    field: "id",
  });
}
