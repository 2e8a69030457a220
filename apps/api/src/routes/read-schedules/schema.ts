import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { NextCursor, pageFields } from "../../shapes/page-cursor.ts";
import { Schedule, ScheduleListItem } from "../../schedules/schedule-answer.ts";
import { readingFailures, readingOneFailures, ScheduleParams } from "../../schedules/schedule-failures.ts";

export const getScheduleSchema = {
  operationId: "getSchedule",
  "x-retry": retryOf.reads,
  summary: "Look at a schedule",
  description:
    "With its next ticks, what became of the last ones, and its tasks that run. A paused one shows what they would be.",
  tags: ["schedules"],
  params: ScheduleParams,
  response: { 200: Schedule, ...readingOneFailures },
};

export const listSchedulesSchema = {
  operationId: "listSchedules",
  "x-retry": retryOf.reads,
  summary: "List schedules",
  description: "By id. A page may be shorter than `limit`: go on until `cursor` is null.",
  tags: ["schedules"],
  querystring: Type.Object(
    {
      ...pageFields,
      state: Type.Optional(Type.Enum(["active", "paused", "finished"], { description: "Only those." })),
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object(
      { schedules: Type.Array(ScheduleListItem), cursor: NextCursor },
      { title: "SchedulePage", examples: [{ schedules: [], cursor: null }] },
    ),
    ...readingFailures,
  },
};
