import { overlapPolicies } from "@switchyard/tasks/schedule-spec";
import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { nullable } from "../../shapes/nullable.ts";
import { Schedule } from "../../schedules/schedule-answer.ts";
import { bodyFailures, ScheduleParams } from "../../schedules/schedule-failures.ts";

const common = { tags: ["schedules"], params: ScheduleParams };

export const pauseScheduleSchema = {
  ...common,
  operationId: "pauseSchedule",
  "x-retry": retryOf.settles,
  summary: "Pause a schedule",
  description: "It fires nothing until it is resumed; tasks it has made go on.",
  body: Type.Unsafe<{ readonly note?: string } | null>({
    title: "PauseNote",
    type: ["object", "null"],
    properties: { note: Type.String({ minLength: 1, maxLength: 500, description: "Why, for people." }) },
    additionalProperties: false,
    examples: [{ note: "the printer is broken" }],
  }),
  response: { 200: Schedule, ...bodyFailures },
};

export const resumeScheduleSchema = {
  ...common,
  operationId: "resumeSchedule",
  "x-retry": retryOf.settles,
  summary: "Resume a paused schedule",
  description: "It goes on with the next tick from now; what lay in the pause is not missed.",
  response: { 200: Schedule, ...bodyFailures },
};

export const triggerScheduleSchema = {
  ...common,
  operationId: "triggerSchedule",
  "x-retry": retryOf.acts,
  summary: "Run a schedule now",
  description: "Besides its ticks, also while it is paused. A key needs the scopes of what it does, too.",
  body: Type.Unsafe<{ readonly overlap?: (typeof overlapPolicies)[number] } | null>({
    title: "TriggerRequest",
    type: ["object", "null"],
    properties: { overlap: Type.Enum([...overlapPolicies], { description: "Instead of its own." }) },
    additionalProperties: false,
    examples: [{ overlap: "allow" }],
  }),
  response: {
    200: Type.Object(
      {
        outcome: Type.Enum(["fired", "skipped", "refused", "known"], {
          description: "`skipped`: the task before has not ended. `refused`: its group is full.",
        }),
        taskId: nullable<string>("string", "The task."),
      },
      { title: "TriggerReply", examples: [{ outcome: "fired", taskId: "t_irrK3QyEOpEivnJLCDJF7" }] },
    ),
    ...bodyFailures,
  },
};

const time = Type.Optional(
  Type.Unsafe<number | string>({
    type: ["integer", "string"],
    description: "Milliseconds since 1970, or ISO 8601 with its offset; included.",
  }),
);
const timeMs = Type.Optional(Type.Integer({ minimum: 0, description: "The same, milliseconds since 1970." }));
const counted = (description: string) => Type.Integer({ description });

export const backfillScheduleSchema = {
  ...common,
  operationId: "backfillSchedule",
  "x-retry": retryOf.settles,
  summary: "Run ticks of the past",
  description:
    "1 000 at most, the oldest first. A tick whose task has a record still is not run again. A key needs the scopes of what it does, too.",
  body: Type.Object(
    {
      from: time,
      fromMs: timeMs,
      to: time,
      toMs: timeMs,
      dryRun: Type.Optional(Type.Boolean({ description: "Only name them." })),
    },
    {
      title: "BackfillRequest",
      additionalProperties: false,
      examples: [{ from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", dryRun: true }],
    },
  ),
  response: {
    200: Type.Object(
      {
        ticksMs: Type.Array(Type.Integer()),
        ticks: Type.Array(Type.String({ format: "date-time" })),
        fired: counted("Tasks that were made."),
        known: counted("Ticks that have a task."),
        skipped: counted("Because of `overlap`."),
        refused: counted("Because the group is full."),
      },
      { title: "BackfillReply", examples: [{ ticksMs: [], ticks: [], fired: 0, known: 0, skipped: 0, refused: 0 }] },
    ),
    ...bodyFailures,
  },
};

export const removeScheduleSchema = {
  ...common,
  operationId: "removeSchedule",
  "x-retry": retryOf.settles,
  summary: "Remove a schedule",
  description: "Tasks it has made stay.",
  response: {
    200: Type.Object(
      { removed: Type.Boolean({ description: "False: there was none." }) },
      { title: "RemovedSchedule", examples: [{ removed: true }] },
    ),
    ...bodyFailures,
  },
};
