import Type from "typebox";
import { proxyFields } from "./proxy-object.ts";

/** Marks keys that stand in many places, so that the page of settings explains them once. */
const asProxy = { sameAs: "proxies" };

/** `client.proxy`: one question of each kind for the whole server. */
export const ClientProxySection = Type.Object(
  {
    connect: Type.Object(
      {
        enabled: Type.Boolean({ default: false, description: "Ask who a client is that connects without a token." }),
        on_failure: Type.Union([Type.Literal("deny"), Type.Literal("anonymous")], {
          default: "deny",
          description:
            "What becomes of a client when there is no answer: it is told to come back (`deny`), or is let in as the anonymous user.",
        }),
        ...proxyFields(),
      },
      { ...asProxy, additionalProperties: false, default: {}, description: "Who connects." },
    ),
    refresh: Type.Object(
      {
        enabled: Type.Boolean({ default: false, description: "Ask whether a connection goes on when it expires." }),
        token_connections: Type.Boolean({
          default: true,
          description:
            "Also of connections that came with a token, as Centrifugo does. `false`: such a client refreshes itself, by a new token.",
        }),
        ...proxyFields(),
      },
      { ...asProxy, additionalProperties: false, default: {}, description: "Whether a connection goes on." },
    ),
  },
  { additionalProperties: false, default: {}, description: "Questions about connections." },
);

const DefaultProxy = (description: string) =>
  Type.Object(proxyFields(), { ...asProxy, additionalProperties: false, default: {}, description });

/** `channel.proxy`: what namespaces ask that name no other. */
export const ChannelProxySection = Type.Object(
  {
    subscribe: DefaultProxy("Who may subscribe, where a namespace has `subscribe_proxy_enabled`."),
    publish: DefaultProxy("What clients may publish, where a namespace has `publish_proxy_enabled`."),
    sub_refresh: DefaultProxy("Whether a subscription goes on, where a namespace has `sub_refresh_proxy_enabled`."),
  },
  { additionalProperties: false, default: {}, description: "Questions about channels." },
);

const proxyName = Type.String({
  default: "default",
  description: "Which one: `default` is that of `channel.proxy`, others are in `proxies`.",
});

/** Of a namespace. */
export const proxyOptions = {
  subscribe_proxy_enabled: Type.Boolean({
    default: false,
    description:
      "The back end is asked whether a client may subscribe that has no subscription token, in place of the `allow_subscribe_…` options.",
  }),
  subscribe_proxy_name: proxyName,
  publish_proxy_enabled: Type.Boolean({
    default: false,
    description:
      "The back end is asked what of a client's publication is published, in place of the `allow_publish_…` options.",
  }),
  publish_proxy_name: proxyName,
  sub_refresh_proxy_enabled: Type.Boolean({
    default: false,
    description: "The back end is asked whether a subscription goes on when it expires.",
  }),
  sub_refresh_proxy_name: proxyName,
};
