import { StreamPosition } from "@switchyard/protocol/stream-position";
import Type from "typebox";
import { RpcReply, rpcFailures } from "../../rpc-reply.ts";

/** The message itself; the same for one channel and for many. */
export const messageFields = {
  data: Type.Unknown({ description: "Any JSON. Arrives as it was sent, numbers beyond 2^53 included." }),
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
  delta: Type.Optional(
    Type.Boolean({
      description: "Accepted for Centrifugo's client libraries, without effect: deltas only save bytes.",
    }),
  ),
};

const uid = Type.String({ minLength: 1, description: "A user id: the message goes to `user:<uid>`, on all devices." });

/** Empty where the channel keeps no history. */
const Position = Type.Union([StreamPosition, Type.Object({}, { additionalProperties: false })]);

export const BroadcastResult = Type.Object({
  responses: Type.Array(RpcReply(Position), { description: "One per channel, in the order they were named." }),
});

export const publishSchema = {
  operationId: "publish",
  summary: "Publish to a channel or a user",
  description:
    "Sends a message to everybody subscribed to `channel`, or to `user` (several: `users`) on all devices. Exactly one of the three is named. With `users` the result is that of `broadcast`.",
  tags: ["channels"],
  body: Type.Object(
    {
      channel: Type.Optional(Type.String({ description: "Where to: `namespace:name`." })),
      user: Type.Optional(uid),
      users: Type.Optional(Type.Array(uid, { minItems: 1, maxItems: 1000 })),
      ...messageFields,
    },
    {
      additionalProperties: false,
      examples: [
        { user: "alice", data: { text: "your report is ready" } },
        { channel: "user:alice", data: { text: "the same, by channel" } },
        { users: ["alice", "bob"], data: { text: "to both" }, idempotency_key: "report-42" },
      ],
    },
  ),
  response: { 200: RpcReply(Type.Union([Position, BroadcastResult])), ...rpcFailures },
};
