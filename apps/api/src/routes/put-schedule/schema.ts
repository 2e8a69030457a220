import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { Schedule } from "../../schedules/schedule-answer.ts";
import { puttingFailures, ScheduleParams } from "../../schedules/schedule-failures.ts";
import { ScheduleRequest } from "../../schedules/schedule-request.ts";

export const putScheduleSchema = {
  operationId: "putSchedule",
  "x-retry": retryOf.settles,
  summary: "Create or replace a schedule",
  description:
    "The same body again changes nothing; one with the same times keeps the next tick. One of `cron`, `everyMs` and `at` says when, one of `task`, `publish` and `notify` what. With `If-Match: <revision>` only that revision is replaced, 0 for none.",
  tags: ["schedules"],
  params: ScheduleParams,
  headers: Type.Object({
    "if-match": Type.Optional(
      Type.String({
        pattern: '^"?\\d{1,15}"?$',
        hint: "a revision, a whole number",
        description: "The revision to replace.",
      }),
    ),
  }),
  body: ScheduleRequest,
  response: {
    200: { ...Schedule, description: "Replaced, or as it was." },
    201: { ...Schedule, description: "Created." },
    ...puttingFailures,
  },
};
