import { refused, ignored, type Rules } from "../rule.ts";

const notAsked = "no back end is asked for this; tokens and the options of namespaces say who may do what";

/** Of hooks: what a back end is asked while a client waits. */
export const hookRules: Rules = {
  "client.proxy.connect.enabled": refused(notAsked),
  "client.proxy.refresh.enabled": refused(notAsked),
  "client.proxy.*": ignored(notAsked),
  "channel.proxy.*": ignored(notAsked),
  "channel.namespaces[].subscribe_proxy_enabled": refused(notAsked),
  "channel.namespaces[].publish_proxy_enabled": refused(notAsked),
  "channel.namespaces[].sub_refresh_proxy_enabled": refused(notAsked),
  "channel.namespaces[].*": ignored(notAsked),
  "channel.without_namespace.subscribe_proxy_enabled": refused(notAsked),
  "channel.without_namespace.publish_proxy_enabled": refused(notAsked),
  "channel.without_namespace.sub_refresh_proxy_enabled": refused(notAsked),
  "channel.without_namespace.*": ignored(notAsked),
  "proxies[].*": ignored(notAsked),
  "rpc.without_namespace.proxy_enabled": refused(notAsked),
  "rpc.namespaces[].proxy_enabled": refused(notAsked),
  "rpc.*": ignored(notAsked),
};
