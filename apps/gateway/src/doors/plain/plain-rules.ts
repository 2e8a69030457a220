import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { Settings } from "@switchyard/runtime/settings";
import { type ChannelMap, createChannelMap } from "../channel-map.ts";
import type { Fields } from "./introduction.ts";

/** What the settings make of what clients say. */
export interface PlainRules {
  readonly trustsUid: boolean;
  /** Which channel a client listens to, by its first message; undefined: none but its user's. */
  readonly channels: ChannelMap | undefined;
  /** Which method a later message calls; undefined: it is no call, or none ever is. `fields` is undefined where it is no JSON object. */
  readonly methodOf: ((fields: Fields | undefined) => string | undefined) | undefined;
  /** Where a later message is published; undefined: nowhere. */
  readonly publish: ChannelMap | undefined;
}

/** @throws StartupError for a template that could never be used */
export function plainRulesOf(plain: Settings["plain"], rules: Pick<ChannelRules, "resolve">): PlainRules {
  const mapOf = (name: "channels" | "publish", use: "subscribe" | "publish_as_client") =>
    plain[name].length === 0
      ? undefined
      : createChannelMap({ templates: plain[name], setting: `plain.${name}`, use, rules });
  const holds = (fields: Fields | undefined, name: string) => fields !== undefined && Object.hasOwn(fields, name);
  return {
    methodOf:
      plain.rpc.length === 0
        ? undefined
        : (said) => plain.rpc.find(({ fields }) => fields.every((name) => holds(said, name)))?.method,
    trustsUid: plain.trust_uid,
    channels: mapOf("channels", "subscribe"),
    publish: mapOf("publish", "publish_as_client"),
  };
}
