import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { Settings } from "@switchyard/runtime/settings";
import { type ChannelMap, createChannelMap } from "../channel-map.ts";

/** What the settings make of what clients say. */
export interface PlainRules {
  readonly trustsUid: boolean;
  /** Which channel a client listens to, by its first message; undefined: none but its user's. */
  readonly channels: ChannelMap | undefined;
  /** Where a later message is published; undefined: nowhere. */
  readonly publish: ChannelMap | undefined;
}

/** @throws StartupError for a template that could never be used */
export function plainRulesOf(plain: Settings["plain"], rules: Pick<ChannelRules, "resolve">): PlainRules {
  const mapOf = (name: "channels" | "publish", use: "subscribe" | "publish_as_client") =>
    plain[name].length === 0
      ? undefined
      : createChannelMap({ templates: plain[name], setting: `plain.${name}`, use, rules });
  return {
    trustsUid: plain.trust_uid,
    channels: mapOf("channels", "subscribe"),
    publish: mapOf("publish", "publish_as_client"),
  };
}
