import Type from "typebox";
import { Duration } from "./duration.ts";
import { Secret } from "./secret.ts";

/** What can be told of a channel. Each is a pair of events, for who follows a state needs both. */
export const ChannelEvents = Type.Array(
  Type.Union([Type.Literal("occupancy"), Type.Literal("subscriptions"), Type.Literal("messages")]),
  {
    default: [],
    uniqueItems: true,
    description:
      "What `events.receivers` are told of these channels: `occupancy` (`channel.occupied`, `channel.vacated`), `subscriptions` (`channel.subscribed`, `channel.unsubscribed`), `messages` (`message.published`, of what clients publish).",
  },
);

const EventType = Type.Union(
  [
    Type.Literal("connection.opened"),
    Type.Literal("connection.closed"),
    Type.Literal("user.online"),
    Type.Literal("user.offline"),
    Type.Literal("channel.occupied"),
    Type.Literal("channel.vacated"),
    Type.Literal("channel.subscribed"),
    Type.Literal("channel.unsubscribed"),
    Type.Literal("message.published"),
  ],
  { description: "The type of an event." },
);

const Receiver = Type.Object(
  {
    name: Type.String({
      pattern: "^[-a-zA-Z0-9_]{1,32}$",
      hint: 'up to 32 letters, digits, "-" or "_"',
      description: "Its lanes of the queue are the groups `webhook:events.<name>:<lane>`.",
    }),
    url: Type.String({
      default: "",
      pattern: "^(https?://.*)?$",
      hint: "a URL that begins with http:// or https://",
      description: "Workers POST there, signed as Standard Webhooks has it. Either this or `handler`.",
    }),
    handler: Type.String({ default: "", description: "A handler of the catalog, which is given the same as a task." }),
    secret: Secret({
      charactersMin: 16,
      description: "What is signed with, `whsec_…` or any text. Needed with `url`.",
    }),
    previous_secret: Secret({
      charactersMin: 16,
      description: "Signed with as well while a receiver changes its secret.",
    }),
    types: Type.Array(EventType, {
      default: [],
      uniqueItems: true,
      description: "Types of events it is told, such as `connection.closed`; empty for all that are told of anything.",
    }),
  },
  { additionalProperties: false },
);

export const EventsSection = Type.Object(
  {
    connection_index: Type.Boolean({
      default: true,
      description:
        "Keep in Redis who is connected, by client and by user, for `/v1/connections` and `/v1/users/:id/…`. Gateways write it behind their clients, many at a time. Events need it.",
    }),
    channel_index: Type.Boolean({
      default: false,
      description:
        "Keep in Redis which channels have subscribers, and how many, for `/v1/channels`. Gateways write it behind their clients. Channels of users, of tasks and of apps of the Pusher door are not in it.",
    }),
    kinds: Type.Array(Type.Union([Type.Literal("connections"), Type.Literal("users")]), {
      default: [],
      uniqueItems: true,
      description:
        "What receivers are told of all clients: `connections` (`connection.opened`, `connection.closed`), `users` (`user.online`, `user.offline`). What they are told of channels is an option of their namespaces.",
    }),
    receivers: Type.Array(Receiver, {
      default: [],
      description: "Who is told of what happens. See docs/events.md.",
      secret: true,
    }),
    vacant_delay: Duration({
      least: "0s",
      most: "1h",
      default: "3s",
      description: "A channel or a user that is back within this time was not vacated, or not offline.",
    }),
    outbox_max_size: Type.Integer({
      minimum: 1_048_576,
      maximum: 17_179_869_184,
      default: 67_108_864,
      description:
        "Bytes of events that may wait in Redis. Of `message.published` no more are written from four fifths on; from there the oldest events give way. Receivers are told how many they have missed.",
    }),
  },
  { additionalProperties: false, default: {}, description: "Who is connected, and who is told of what happens." },
);
