import Type, { type Static } from "typebox";
import { Duration } from "./duration.ts";

const allow = (who: string) => Type.Boolean({ default: false, description: who });

/** Options of one namespace; names and meaning are Centrifugo's channel options. */
const channelOptions = {
  history_size: Type.Integer({ minimum: 0, default: 0, description: "Publications kept per channel; 0 keeps none." }),
  history_ttl: Duration({ default: "0s", description: "How long they are kept after the last one; `0s` keeps none." }),
  force_positioning: Type.Boolean({ default: false, description: "Watch that no subscriber misses a publication." }),
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
  allow_subscribe_for_anonymous: allow("Clients without a user id may subscribe without a subscription token."),
  allow_publish_for_subscriber: allow("Subscribers of the channel may publish into it."),
  allow_publish_for_client: allow("Clients with a user id may publish into it, subscribed or not."),
  allow_publish_for_anonymous: allow("Clients without a user id may publish, where the two above allow it."),
  allow_history_for_subscriber: allow("Subscribers of the channel may read its history."),
  allow_history_for_client: allow("Clients with a user id may read its history, subscribed or not."),
  allow_history_for_anonymous: allow("Clients without a user id may read it, where the two above allow it."),
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
      hint: 'two or more letters, digits, "-" or "_"',
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
      description: "Options by namespace. `user`, `task` and `group` are the hub's own and cannot be redefined.",
    }),
    max_length: Type.Integer({
      minimum: 16,
      maximum: 1024,
      default: 255,
      description: "Bytes of a channel name; more is error 107.",
    }),
    history_meta_ttl: Duration({
      default: "720h",
      description: "Life of a stream's epoch and offset after its last use; must outlive every history_ttl.",
    }),
  },
  { additionalProperties: false, default: {}, description: "Channels and what is allowed in them." },
);
