import Type from "typebox";
import { restFailures } from "../../rest-error.ts";
import { AcceptedTask } from "../enqueue-task/schema.ts";

export const startDemoTaskSchema = {
  operationId: "startDemoTask",
  summary: "Start a task that counts, to watch its progress",
  tags: ["demo"],
  security: [],
  body: Type.Object(
    { to: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "How far to count." })) },
    { additionalProperties: false, examples: [{ to: 10 }] },
  ),
  response: { 202: AcceptedTask, ...restFailures("invalid_json", "invalid_request", "unavailable") },
};
