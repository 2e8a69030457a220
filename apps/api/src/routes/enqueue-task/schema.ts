import Type from "typebox";
import { restFailures } from "../../rest-error.ts";

const backoff = Type.Object(
  {
    delayMs: Type.Integer({ minimum: 0, maximum: 86_400_000, description: "Wait before the first retry." }),
    kind: Type.Enum(["fixed", "exponential"], { description: "The same each time, or doubled." }),
  },
  { additionalProperties: false },
);

/** Bounds the queue checks itself are told here too, for the documentation and for an earlier answer. */
const body = Type.Object(
  {
    handler: Type.String({ minLength: 1, maxLength: 64, description: "What runs it: a name of the workers' catalog." }),
    data: Type.Optional(Type.Unknown({ description: "Any JSON for the handler; tasks.data_max_bytes at most." })),
    group: Type.Optional(
      Type.Unsafe<string | number>({
        type: ["string", "integer"],
        maxLength: 128,
        description: 'Lane of order: tasks of a group run one after the other. `1` and `"1"` are the same group.',
      }),
    ),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: "The user who may watch it." })),
    priority: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: "0 runs first within its group, 100 last.", default: 0 }),
    ),
    delayMs: Type.Optional(Type.Integer({ minimum: 0, description: "Run it in so many milliseconds." })),
    runAt: Type.Optional(
      Type.Integer({ minimum: 0, description: "Or at this time, in milliseconds since 1970; not both." }),
    ),
    attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "Attempts before it has failed." })),
    backoff: Type.Optional(backoff),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400_000, description: "For one attempt." })),
    idempotencyKey: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: "The same key with the same request returns the first task. Or send the header `Idempotency-Key`.",
      }),
    ),
    resultTtlMs: Type.Optional(
      Type.Integer({ minimum: 1000, maximum: 2_592_000_000, description: "How long its record is kept." }),
    ),
  },
  {
    additionalProperties: false,
    examples: [
      { handler: "test", data: { test: "test" }, group: "1" },
      { handler: "count", data: { to: 10 }, user: "alice", attempts: 1, timeoutMs: 60_000 },
    ],
  },
);

const AcceptedTask = Type.Object({
  id: Type.String({ description: "`t_` and 21 characters." }),
  channel: Type.String({ description: "Subscribe to it to see every change of the record." }),
  token: Type.Optional(
    Type.String({ description: "Subscription token for the channel, valid for a day. Absent when no secret is set." }),
  ),
});

export const enqueueTaskSchema = {
  operationId: "enqueueTask",
  summary: "Enqueue a task",
  description:
    "Stores the task and answers at once. Follow it live on its channel, or ask for its record with `GET /v1/tasks/{id}`.",
  tags: ["tasks"],
  headers: Type.Object({
    "idempotency-key": Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  }),
  body,
  response: {
    202: {
      ...AcceptedTask,
      description: "Taken. A repeated idempotency key gives the first task, with `Idempotent-Replayed: true`.",
    },
    ...restFailures(
      "invalid_json",
      "invalid_request",
      "unauthorized",
      "body_too_large",
      "unsupported_media_type",
      "idempotency_conflict",
      "unavailable",
    ),
  },
};
