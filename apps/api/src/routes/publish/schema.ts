import Type from "typebox";
import { receiptFields } from "../../channels/receipt.ts";
import { RpcReply } from "../../rpc/rpc-reply.ts";

/** The message itself; the same for one channel and for many. */
export const messageFields = {
  data: Type.Optional(
    Type.Unknown({ description: "Any JSON. Arrives as it was sent, numbers beyond 2^53 included. Required." }),
  ),
  b64data: Type.Optional(
    Type.String({
      description:
        "In the place of `data`: its JSON in base64, or any bytes where the namespace is `binary` (publication_data_format).",
    }),
  ),
  tags: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "Text labels beside the data." })),
  skip_history: Type.Optional(
    Type.Boolean({ description: "Send to those subscribed now and keep nothing.", default: false }),
  ),
  idempotency_key: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: "The same key into the same channel within five minutes publishes nothing again.",
    }),
  ),
  version: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: "A counter of yours: what is not above the channel's last version is dropped.",
    }),
  ),
  version_epoch: Type.Optional(
    Type.String({
      maxLength: 255,
      description: "The life of that counter: versions of another epoch are not compared, the counter has begun anew.",
    }),
  ),
  delta: Type.Optional(
    Type.Boolean({
      description:
        "Subscribers that agreed on deltas are sent what has changed since the publication before. Always so where the namespace has `delta_publish`.",
    }),
  ),
  exclude_client: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: "^[-\\w]*$",
      hint: "the id of a client, which has letters, digits, `-` and `_` only",
      description: "A client id that is not sent to: the connection that caused the message, as a rule.",
    }),
  ),
  receipt: Type.Optional(
    Type.Boolean({ default: false, description: "Wait until gateways have said how many connections they reached." }),
  ),
};

const name = (description: string) => Type.String({ minLength: 1, description });
const many = (description: string) => Type.Array(Type.String(), { minItems: 1, maxItems: 1000, description });

export const targets = {
  channel: Type.Optional(Type.String({ description: "Where to: `namespace:name`." })),
  channels: Type.Optional(many("Several channels, as `broadcast` takes them.")),
  user: Type.Optional(name("A user id: the message goes to `user:<uid>`, on all devices.")),
  users: Type.Optional(Type.Array(name("A user id."), { minItems: 1, maxItems: 1000 })),
  client: Type.Optional(name("One connection, by its client id. It gets the data as a `message`, without a channel.")),
  all: Type.Optional(Type.Literal(true, { description: "Every connection there is, in the same way." })),
};

/** Empty where the channel keeps no history and no receipt was asked for. */
const Published = Type.Object(
  {
    offset: Type.Optional(Type.Integer({ description: "Absent where the channel keeps no history." })),
    epoch: Type.Optional(Type.String()),
    delivered: Type.Optional(receiptFields.delivered),
    nodes: Type.Optional(receiptFields.nodes),
    partial: receiptFields.partial,
    duplicate: Type.Optional(Type.Boolean({ description: "Not sent: the idempotency key was used before." })),
    suppressed: Type.Optional(Type.Boolean({ description: "Not sent: a newer version was." })),
  },
  { title: "PublishResult" },
);

export const BroadcastResult = Type.Object(
  { responses: Type.Array(RpcReply(Published), { description: "One per channel, in the order they were named." }) },
  { title: "BroadcastResult" },
);

/** Receipts, and what is sent to connections, are asked for over another line to Redis than what is published. */
export function isPublishedInTurn(params: unknown): boolean {
  const { receipt, client, all } = Object(params) as { readonly [name: string]: unknown };
  return receipt !== true && client === undefined && all === undefined;
}

export const publishSpec = {
  method: "publish",
  keepsPlace: isPublishedInTurn,
  effect: "counts" as const,
  summary: "Publish to a channel, a user or a connection",
  description:
    "Sends a message to everybody subscribed to `channel`, or to `user` on all devices, or to one connection (`client`), or to every one (`all`). Exactly one target is named. With `channels` and `users` the result is that of `broadcast`; with `client` and `all` it is a receipt.",
  body: Type.Object(
    { ...targets, ...messageFields },
    {
      additionalProperties: false,
      examples: [
        { user: "alice", data: { text: "your report is ready" } },
        { channel: "user:alice", data: { text: "the same, by channel" } },
        { users: ["alice", "bob"], data: { text: "to both" }, idempotency_key: "report-42" },
        { user: "alice", data: { text: "did anybody get it?" }, receipt: true },
      ],
    },
  ),
  result: Type.Union([Published, BroadcastResult]),
  results: [
    { offset: 42, epoch: "6mGHPZ2W" },
    { offset: 42, epoch: "6mGHPZ2W", delivered: 3, nodes: 2 },
    { responses: [{ result: { offset: 42, epoch: "6mGHPZ2W" } }, { result: {} }] },
  ],
};
