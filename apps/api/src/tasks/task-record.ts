import { taskStatuses } from "@switchyard/tasks/task";
import Type from "typebox";
import { nullable } from "../nullable.ts";

/** What everybody sees of a task, as `/v1` answers it. */
export const TaskRecord = Type.Object({
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
  enqueuedAtMs: Type.Integer(),
  startedAtMs: nullable<number>("integer", "Milliseconds since 1970."),
  finishedAtMs: nullable<number>("integer", "Milliseconds since 1970."),
});

/** A job of a BullMQ client has no record before its first attempt begins; then there is no more to say than this. */
export const TaskRecordOrStatus = Type.Union([TaskRecord, Type.Pick(TaskRecord, ["id", "status"])]);
