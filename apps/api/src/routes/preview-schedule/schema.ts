import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { SchedulePreview } from "../../schedules/schedule-answer.ts";
import { previewFailures } from "../../schedules/schedule-failures.ts";
import { ScheduleRequest } from "../../schedules/schedule-request.ts";

export const previewScheduleSchema = {
  operationId: "previewSchedule",
  "x-retry": retryOf.reads,
  summary: "See when a schedule would run",
  description: "Checks it as `PUT` does and stores nothing. `task` and `publish` may be left out.",
  tags: ["schedules"],
  body: Type.Object(
    {
      ...ScheduleRequest.properties,
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "Ticks; 10 by default." })),
    },
    {
      title: "SchedulePreviewRequest",
      additionalProperties: false,
      examples: [{ cron: "0 9 * * 1-5", timeZone: "Asia/Shanghai", count: 5 }],
    },
  ),
  response: { 200: SchedulePreview, ...previewFailures },
};
