import Type from "typebox";
import { Duration } from "./duration.ts";
import { Secret } from "./secret.ts";

const off = (description: string) => Type.Boolean({ default: false, description });
const name = { pattern: "^[-a-zA-Z0-9_]{1,64}$", hint: 'up to 64 letters, digits, "-" or "_"' };

/** Names of events that webhooks tell of, as Pusher has them. */
const WebhookEvent = Type.Union([
  Type.Literal("channel_occupied"),
  Type.Literal("channel_vacated"),
  Type.Literal("member_added"),
  Type.Literal("member_removed"),
  Type.Literal("client_event"),
  Type.Literal("cache_miss"),
  Type.Literal("subscription_count"),
]);

const PusherWebhook = Type.Object(
  {
    url: Type.String({
      pattern: "^https?://",
      hint: "a URL that begins with http:// or https://",
      description: "Who is told; workers POST there.",
    }),
    events: Type.Array(WebhookEvent, {
      default: [],
      uniqueItems: true,
      description: "Which events; empty for all of them.",
    }),
  },
  { additionalProperties: false },
);

const PusherApp = Type.Object(
  {
    id: Type.String({ ...name, description: "What back ends name in the address, `/apps/<id>/…`." }),
    key: Type.String({ ...name, description: "What clients name in the address, `/app/<key>`. It is public." }),
    secret: Secret({ charactersMin: 16, description: "What the app signs with.", isRequired: true }),
    namespace: Type.String({
      minLength: 2,
      description:
        "Namespace of its channels, one of `channel.namespaces` and no other app's: the Pusher channel `news` is the channel `<namespace>:news` at every other door.",
    }),
    enabled: Type.Boolean({ default: true, description: "If not, its clients are closed with 4003." }),
    connection_limit: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
      description: "Connections of the app per gateway; 0 is no limit. One more is closed with 4004.",
    }),
    client_events: off("Clients may send `client-…` events to private and presence channels that they are in."),
    client_event_rate: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 10,
      description: "Client events per second and connection; more are error 4301.",
    }),
    event_max_size: Type.Integer({
      minimum: 1024,
      maximum: 67_108_864,
      default: 65_536,
      description: "Bytes of an event's `data`; more is refused.",
    }),
    presence_member_limit: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 10_000,
      description: "Users in a presence channel; one more cannot subscribe.",
    }),
    subscription_count: off(
      "Tell subscribers of channels that are no presence channels how many they are. Each one that comes or goes then costs two Redis commands.",
    ),
    webhooks: Type.Array(PusherWebhook, {
      default: [],
      description:
        'Who is told of what happens in its channels: `{"url", "events"?}`. `events` are `channel_occupied`, `channel_vacated`, `member_added`, `member_removed`, `client_event`, `cache_miss` and `subscription_count` (where that is on for the app); left out, all of them.',
    }),
    watchlists: off("Tell users who have signed in with a `watchlist` which of those users are online."),
  },
  { additionalProperties: false },
);

export const PusherSection = Type.Object(
  {
    apps: Type.Array(PusherApp, {
      default: [],
      description: "Apps of clients that speak the Pusher protocol. Without any the door is closed.",
      secret: true,
    }),
    activity_timeout: Duration({
      least: "1s",
      most: "24h",
      default: "120s",
      description: "Clients that hear nothing for so long ask whether the gateway is there.",
    }),
  },
  { additionalProperties: false, default: {}, description: "The Pusher protocol, version 7." },
);
