import { taskStatuses } from "@switchyard/tasks/task";
import Type from "typebox";
import { nullableTimeFields, timeFields } from "../shapes/iso-times.ts";
import { nullable } from "../shapes/nullable.ts";

const recordExample = {
  id: "t_irrK3QyEOpEivnJLCDJF7",
  handler: "resize",
  group: "customer-7",
  user: "alice",
  status: "succeeded",
  percent: 100,
  message: "done",
  result: { url: "https://cdn.example.com/1.jpg" },
  error: null,
  attempt: 1,
  attempts: 3,
  seq: 4,
  enqueuedAtMs: 1_767_225_600_000,
  enqueuedAt: "2026-01-01T00:00:00.000Z",
  startedAtMs: 1_767_225_600_020,
  startedAt: "2026-01-01T00:00:00.020Z",
  finishedAtMs: 1_767_225_601_500,
  finishedAt: "2026-01-01T00:00:01.500Z",
} as const;

/** What everybody sees of a task, as `/v1` answers it. */
export const TaskRecord = Type.Object(
  {
    id: Type.String(),
    handler: Type.String(),
    group: Type.String({ description: "Empty when it was enqueued without one." }),
    user: Type.String(),
    status: Type.Enum([...taskStatuses]),
    percent: nullable<number>("number", "0-100; null until first reported."),
    message: nullable<string>("string", "The handler's last line for people."),
    result: Type.Unknown({ description: "What the handler returned; null until it succeeded." }),
    error: Type.Unsafe<{ code: string; message: string } | null>({
      type: ["object", "null"],
      properties: { code: Type.String(), message: Type.String() },
      description: "Why the last attempt failed.",
    }),
    attempt: Type.Integer({ description: "0 until the first attempt begins." }),
    attempts: Type.Integer(),
    seq: Type.Integer({ description: "Grows by one with every change." }),
    ...timeFields("enqueuedAt", "When it was enqueued."),
    ...nullableTimeFields("startedAt", "When its first attempt began."),
    ...nullableTimeFields("finishedAt", "When it was settled."),
  },
  { title: "Task", examples: [recordExample] },
);

/** A job of a BullMQ client has no record before its first attempt begins; then there is no more to say than this. */
export const TaskRecordOrStatus = Type.Union([TaskRecord, Type.Object({ id: Type.String(), status: Type.String() })], {
  examples: [recordExample, { id: "42", status: "cancelled" }],
});
