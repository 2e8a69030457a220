import Type from "typebox";

const backoff = Type.Object(
  {
    delayMs: Type.Integer({ minimum: 0, maximum: 86_400_000, description: "Wait before the first retry." }),
    kind: Type.Enum(["fixed", "exponential"], { description: "The same each time, or doubled." }),
  },
  { additionalProperties: false },
);

/**
 * What is asked for with one task. Bounds the queue checks itself are told here too, for the documentation and for an earlier
 * answer.
 */
export const TaskRequest = Type.Object(
  {
    handler: Type.String({ minLength: 1, maxLength: 64, description: "What runs it: a name of the workers' catalog." }),
    data: Type.Optional(Type.Unknown({ description: "Any JSON for the handler; tasks.data_max_bytes at most." })),
    group: Type.Optional(
      Type.Unsafe<string | number>({
        type: ["string", "integer"],
        maxLength: 128,
        // A number beyond these has lost digits on the way and may be another group's.
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Lane of order: tasks of a group run one after the other. `1` and `"1"` are the same group.',
      }),
    ),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: "The user who may watch it." })),
    priority: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: "0 runs first within its group, 100 last.", default: 0 }),
    ),
    delayMs: Type.Optional(Type.Integer({ minimum: 0, description: "Run it in so many milliseconds." })),
    runAt: Type.Optional(
      Type.Unsafe<number | string>({
        type: ["integer", "string"],
        description:
          "Or at this time, not both: milliseconds since 1970, or ISO 8601 with its offset, `2027-01-01T09:00:00+08:00`. By Redis' clock.",
      }),
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
    callbackUrl: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2_048,
        description:
          "Where the settled record is posted to, signed with tasks.signing_secret; repeated until it is taken.",
      }),
    ),
    resultTtlMs: Type.Optional(
      Type.Integer({ minimum: 1000, maximum: 2_592_000_000, description: "How long its record is kept." }),
    ),
  },
  {
    title: "TaskRequest",
    additionalProperties: false,
    examples: [
      { handler: "test", data: { test: "test" }, group: "1" },
      { handler: "count", data: { to: 10 }, user: "alice", attempts: 1, timeoutMs: 60_000 },
      {
        handler: "count",
        group: "reports",
        priority: 50,
        delayMs: 1_000,
        backoff: { kind: "exponential", delayMs: 500 },
        resultTtlMs: 3_600_000,
      },
    ],
  },
);
