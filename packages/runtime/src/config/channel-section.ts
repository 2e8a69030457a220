import Type, { type Static } from "typebox";
import { Duration } from "./duration.ts";
import { ChannelEvents } from "./events-section.ts";
import { ChannelProxySection, proxyOptions } from "./proxy-sections.ts";
import { presenceOptions, UserPresenceSection } from "./presence-options.ts";

/** Namespaces of the hub's own, which settings cannot name. What they are for and allow: the broker's reserved-namespaces.ts. */
export const reservedNamespaceNames = ["user", "inbox", "task", "group", "hub"] as const;

const allow = (who: string) => Type.Boolean({ default: false, description: who });

const publicationDataFormat = (description: string) =>
  Type.Union(
    ["", "json", "json_object", "binary"].map((format) => Type.Literal(format)),
    { default: "", description },
  );

/** Options of one namespace; names and meaning are Centrifugo's channel options. */
const channelOptions = {
  history_size: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description: "Publications kept per channel; 0 keeps none.",
  }),
  history_ttl: Duration({
    least: "0s",
    most: "3650d",
    default: "0s",
    description: "How long they are kept after the last one; `0s` keeps none.",
  }),
  history_meta_ttl: Duration({
    least: "0s",
    most: "3650d",
    default: "0s",
    description: "Life of the stream's epoch and offset after its last use; `0s` takes `channel.history_meta_ttl`.",
  }),
  force_positioning: Type.Boolean({ default: false, description: "Watch that no subscriber misses a publication." }),
  allow_positioning: Type.Boolean({ default: false, description: "The same, for subscribers that ask for it." }),
  force_recovery: Type.Boolean({
    default: false,
    description: "Subscribers resume from their last position after a reconnect.",
  }),
  allow_recovery: Type.Boolean({ default: false, description: "The same, for subscribers that ask for it." }),
  force_recovery_mode: Type.Union([Type.Literal("stream"), Type.Literal("cache")], {
    default: "stream",
    description: "`stream` sends everything missed, `cache` the newest publication only.",
  }),
  auto_cache_recover: Type.Boolean({
    default: false,
    description: "In cache mode, also send the newest publication on the first subscribe.",
  }),
  allow_subscribe_for_client: allow("Clients with a user id may subscribe without a subscription token."),
  allow_subscribe_for_anonymous: allow("So may clients without a user id; extends `allow_subscribe_for_client`."),
  allow_publish_for_subscriber: allow("Subscribers of the channel may publish into it."),
  allow_publish_for_client: allow("Clients with a user id may publish into it, subscribed or not."),
  allow_publish_for_anonymous: allow("Clients without a user id may publish, where the two above allow it."),
  allow_event_for_subscriber: allow(
    "Subscribers of the channel may send each other events that are not kept, such as that somebody types (rpc `channel.event`).",
  ),
  allow_event_for_anonymous: allow("So may those without a user id; extends `allow_event_for_subscriber`."),
  allow_history_for_subscriber: allow("Subscribers of the channel may read its history."),
  allow_history_for_client: allow("Clients with a user id may read its history, subscribed or not."),
  allow_history_for_anonymous: allow("Clients without a user id may read it, where the two above allow it."),
  allow_user_limited_channels: allow(
    "Users named behind a `#` may subscribe without a subscription token, and nobody else: `dialog#1,2`.",
  ),
  channel_regex: Type.String({
    default: "",
    format: "regex",
    hint: "a regular expression",
    description: "What clients' names for channels must match behind the namespace; anchor it with `^` and `$`.",
  }),
  conflate_interval: Duration({
    least: "0s",
    most: "1h",
    default: "0s",
    description:
      "Each gateway sends at most one publication of a channel per interval, the newest; `0s` sends every one.",
  }),
  allow_tags_filter: allow(
    "Subscribers may ask for the publications whose tags match a filter (`tf`), and get no others. It saves bytes and keeps no secrets: who may subscribe may read everything.",
  ),
  allowed_delta_types: Type.Array(Type.Literal("fossil"), {
    default: [],
    uniqueItems: true,
    description:
      '`["fossil"]`: subscribers that ask for it are sent what has changed since the publication before, for publications that say `delta`.',
  }),
  delta_publish: Type.Boolean({
    default: false,
    description: "Every publication says `delta`, also those of clients.",
  }),
  publication_data_format: publicationDataFormat("Overrides `channel.publication_data_format`."),
  events: ChannelEvents,
  ...presenceOptions,
  ...proxyOptions,
};

const ChannelOptions = Type.Object(channelOptions, {
  additionalProperties: false,
  default: {},
  description: "Options of channels whose name has no namespace.",
});

const Namespace = Type.Object(
  {
    name: Type.String({
      pattern: "^[-a-zA-Z0-9_]{2,}$",
      hint: 'two or more letters, digits, "-" or "_", and no dot',
      description: "The part of a channel name before the first `:`.",
    }),
    ...channelOptions,
  },
  { additionalProperties: false },
);
export type Namespace = Static<typeof Namespace>;

export const ChannelSection = Type.Object(
  {
    without_namespace: ChannelOptions,
    namespaces: Type.Array(Namespace, {
      default: [],
      description:
        "Options by namespace. `user`, `inbox`, `task`, `group` and `hub` are the hub's own and cannot be redefined.",
    }),
    max_length: Type.Integer({
      minimum: 16,
      maximum: 1024,
      default: 255,
      description: "Bytes of a channel name; more is error 107.",
    }),
    publication_data_format: publicationDataFormat(
      "What may be published: any JSON (empty or `json`), only objects (`json_object`), or any bytes (`binary`): then what Protobuf clients publish and `b64data` is taken as bytes, and JSON clients see its base64.",
    ),
    proxy: ChannelProxySection,
    user_presence: UserPresenceSection,
    presence_max_size: Type.Integer({
      minimum: 65_536,
      maximum: 268_435_456,
      default: 8_388_608,
      description:
        "Bytes one answer to `presence` may come to (some 50 000 clients); more is error 106. `presence_stats` has no bound.",
    }),
    history_max_size: Type.Integer({
      minimum: 65_536,
      maximum: 268_435_456,
      default: 1_048_576,
      description:
        "Bytes of publications one reading of a history comes to, so that nobody keeps Redis from others: the answer ends there and says `more`. Who has missed more than that cannot recover (`recovered: false`).",
    }),
    history_meta_ttl: Duration({
      least: "1s",
      most: "3650d",
      default: "720h",
      description: "Life of a stream's epoch and offset after its last use; must outlive every history_ttl.",
    }),
  },
  { additionalProperties: false, default: {}, description: "Channels and what is allowed in them." },
);
