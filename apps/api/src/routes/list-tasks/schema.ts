import { taskStatuses } from "@switchyard/tasks/task";
import { cancelledMax, examinedFirstMax, examinedMax, reasonMaxLength } from "@switchyard/tasks/task-search";
import Type from "typebox";
import { filterFields } from "../../bulk/bulk-answer.ts";
import { retryOf } from "../../effect.ts";
import { restFailures, whenReading } from "../../errors/rest-error.ts";
import { nullableTimeFields, timeFields } from "../../shapes/iso-times.ts";
import { nullable } from "../../shapes/nullable.ts";
import { NextCursor, pageFields } from "../../shapes/page-cursor.ts";

const headExample = {
  id: "t_irrK3QyEOpEivnJLCDJF7",
  handler: "resize",
  group: "customer-7",
  user: "alice",
  status: "failed",
  percent: 40,
  attempt: 3,
  attempts: 3,
  error: { code: "handler_failed", message: "no disk" },
  enqueuedAtMs: 1_767_225_600_000,
  enqueuedAt: "2026-01-01T00:00:00.000Z",
  startedAtMs: 1_767_225_600_020,
  startedAt: "2026-01-01T00:00:00.020Z",
  finishedAtMs: 1_767_225_601_500,
  finishedAt: "2026-01-01T00:00:01.500Z",
  dueAtMs: null,
  dueAt: null,
} as const;

const TaskHead = Type.Object(
  {
    id: Type.String(),
    handler: Type.String(),
    group: Type.String({ description: "Empty when it was enqueued without one." }),
    user: Type.String(),
    status: Type.Enum([...taskStatuses]),
    percent: nullable<number>("number", "0-100; null until first reported."),
    attempt: Type.Integer({ description: "0 until the first attempt begins." }),
    attempts: Type.Integer(),
    error: Type.Unsafe<{ code: string | null; message: string } | null>({
      type: ["object", "null"],
      properties: { code: nullable<string>("string", "Null where its record has expired."), message: Type.String() },
      description: `Why the last attempt failed, shortened to ${reasonMaxLength} characters.`,
    }),
    ...timeFields("enqueuedAt", "When it was enqueued."),
    ...nullableTimeFields("startedAt", "When its first attempt began."),
    ...nullableTimeFields("finishedAt", "When it was settled."),
    ...nullableTimeFields("dueAt", "Not before then, where it waits for its delay or for its next attempt."),
  },
  { title: "TaskHead" },
);

const TaskPage = Type.Object(
  {
    tasks: Type.Array(TaskHead),
    cursor: NextCursor,
    examined: Type.Integer({ description: "How many tasks were looked at for this page." }),
    total: Type.Integer({ description: "About how many a search like this looks at over all of its pages." }),
    isComplete: Type.Boolean({
      description: "False: it stopped at a bound, before the page was full and before everything was looked at.",
    }),
    ...timeFields("readAt", "When this was read, by the clock that the times of tasks come from."),
  },
  {
    title: "TaskPage",
    examples: [
      {
        tasks: [headExample],
        cursor: null,
        examined: 412,
        total: 412,
        isComplete: true,
        readAtMs: 1_767_225_660_000,
        readAt: "2026-01-01T00:01:00.000Z",
      },
    ],
  },
);

const name = (description: string) => Type.Optional(Type.String({ maxLength: 255, description }));
const time = (description: string) =>
  Type.Optional(
    Type.String({ maxLength: 64, description: `${description} Milliseconds since 1970, or ISO 8601 with its offset.` }),
  );

export const listTasksSchema = {
  operationId: "listTasks",
  "x-retry": retryOf.reads,
  summary: "List and search tasks",
  description: `Tasks of all producers, in short: without data and result. First those that run, then those that wait, then those that wait for a time, the next one due first, then those that have failed, were cancelled, and have succeeded, the newest first; of a group those that have failed come before those that wait for a time.

What has ended is listed as long as the queue keeps it: failed tasks for a week, the newest ${cancelledMax} cancelled ones, and of those that succeeded the newest 1 000 of the last hour. \`id\` finds any that has a record.

Waiting and failed tasks of a group are looked up; for \`handler\`, \`user\`, \`reason\` and times tasks are looked at one by one, ${examinedFirstMax} at most for the first page and ${examinedMax} for each behind it. So a page may be short or empty: go on until \`cursor\` is null. While tasks move, one may be listed twice or not at all.`,
  tags: ["tasks"],
  querystring: Type.Object(
    {
      ...pageFields,
      // It names the task it goes on behind, and another client's may have a long id.
      cursor: Type.Optional(
        Type.String({ maxLength: 1_024, description: "`cursor` of the page before, of the same search." }),
      ),
      id: name("This task alone; nothing else may be asked for beside it."),
      status: Type.Optional(Type.Enum([...taskStatuses], { description: "Only tasks with this status." })),
      ...filterFields,
      since: time("Only tasks that ended, or else began, or else were enqueued, at this time or later."),
      until: time("The same, at this time or before."),
    },
    { additionalProperties: false },
  ),
  response: {
    200: TaskPage,
    ...restFailures(...whenReading),
  },
};
