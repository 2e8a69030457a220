import { inlineUsersMax, usersMax } from "@switchyard/notifications/notify";
import Type from "typebox";

/** Bounds of texts are the inbox's, which counts characters as people do. */
const text = (description: string) => Type.String({ description });
const optionalText = (description: string) => Type.Optional(text(description));

/** A time as a request has it; checked where it is used, in one place for all. */
const time = (description: string) =>
  Type.Optional(
    Type.Unsafe<number | string>({
      type: ["integer", "string"],
      description: `${description} Milliseconds since 1970, or ISO 8601 with its offset.`,
    }),
  );

const ItemAction = Type.Object(
  {
    id: text("For your program: A-Z, a-z, 0-9, `.`, `_` and `-`."),
    label: text("For people."),
    url: optionalText("Where pressing it leads: http(s), or a path."),
  },
  { additionalProperties: false },
);

const ItemRequest = Type.Object(
  {
    title: text("At most 200 characters. Text, no HTML."),
    body: optionalText("At most 2 000 characters. Text, no HTML."),
    category: optionalText("What users may mute."),
    url: optionalText("Where clicking it leads: http(s), or a path that begins with one `/`."),
    data: Type.Optional(Type.Unknown({ description: "Any JSON for your pages; `inbox.data_max_size` at most." })),
    actions: Type.Optional(Type.Array(ItemAction, { maxItems: 3, description: "Buttons; the first pressed stands." })),
    key: optionalText("A new item replaces the one of the same key, and is unread and on top."),
    expiresAt: time("When it goes by itself."),
    expiresAtMs: Type.Optional(Type.Integer({ minimum: 0, description: "The same, milliseconds since 1970." })),
    critical: Type.Optional(Type.Boolean({ description: "Mutes and quiet hours do not hold for it." })),
  },
  { title: "ItemRequest", additionalProperties: false },
);

const EscalationStep = Type.Object(
  {
    afterMs: Type.Integer({ minimum: 1_000, maximum: 2_592_000_000, description: "After the request or `deliverAt`." }),
    unless: Type.Optional(Type.Enum(["seen", "read"], { description: "Nothing is done about who has; `seen`." })),
    when: Type.Optional(
      Type.Enum(["always", "offline"], { description: "`offline`: only who has no connection at that moment." }),
    ),
    handler: text("Gets a task for each user: `{user, notification, item, counts, escalation}`."),
    via: optionalText("What preferences call it, `push` or `email`; the handler's name by default."),
  },
  { title: "EscalationStep", additionalProperties: false },
);

export const NotifyFields = {
  to: Type.Object(
    {
      users: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
        minItems: 1,
        maxItems: usersMax,
        description: `Up to ${inlineUsersMax} are written before the answer, more by tasks; ${usersMax} at most.`,
      }),
    },
    { additionalProperties: false, description: "Who gets an item." },
  ),
  item: ItemRequest,
  escalate: Type.Optional(
    Type.Array(EscalationStep, { maxItems: 5, description: "What happens about who does not look." }),
  ),
};

export const NotifyRequest = Type.Object(
  {
    ...NotifyFields,
    deliverAt: time("Write it then, less than a year ahead; a task waits for it."),
    deliverAtMs: Type.Optional(Type.Integer({ minimum: 0, description: "The same, milliseconds since 1970." })),
    idempotencyKey: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: "The same key with the same request is one notification. Or send the header `Idempotency-Key`.",
      }),
    ),
  },
  {
    title: "NotifyRequest",
    additionalProperties: false,
    examples: [
      { to: { users: ["alice"] }, item: { title: "Your report is ready" } },
      {
        to: { users: ["alice", "bob"] },
        item: {
          title: "Order 1042 was paid",
          body: "Pack it by noon.",
          category: "orders",
          url: "/orders/1042",
          data: { order: 1042 },
          actions: [{ id: "packed", label: "Packed" }],
          key: "order-1042",
          expiresAt: "2030-01-01T00:00:00Z",
        },
        escalate: [{ afterMs: 900_000, unless: "read", handler: "test", via: "email" }],
        idempotencyKey: "order-1042-paid",
      },
    ],
  },
);
