import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions, ChannelRules } from "@switchyard/broker/channel-rules";
import type { ChannelUse } from "@switchyard/broker/reserved-namespaces";
import { splitChannelName } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";
import type { ApiKey } from "../access/api-keys.ts";

/**
 * Parses a name a caller wrote, and finds what its channel is allowed and keeps.
 * @throws HubError 102 for a namespace nobody configured, 103 for one that is not open to this key or, of the hub's own, to this use, 107 for a
 *   name that cannot be one.
 */
export type ChannelCheck = (text: string, asked: AskedChannel) => CheckedChannel;

export interface AskedChannel {
  /** Where the name was written, for the message. */
  readonly field: string;
  readonly use: ChannelUse;
  /** Whose call it is: a key may be bound to namespaces. */
  readonly apiKey: ApiKey;
}

export interface CheckedChannel {
  readonly channel: ChannelName;
  readonly options: ChannelOptions;
}

export function createChannelCheck(rules: Pick<ChannelRules, "resolve">): ChannelCheck {
  return (text, { field, use, apiKey }) => {
    const { namespace } = splitChannelName(text);
    if (!apiKey.reaches(namespace))
      throw outOfReach(apiKey, `${field}: the namespace \`${namespace}\` is not one of them`);
    const resolved = rules.resolve(text, use);
    switch (resolved.kind) {
      case "channel":
        return { channel: resolved.name, options: resolved.options };
      case "unfit":
        throw new HubError("badRequest", `${field}: ${resolved.problem}`);
      case "reserved":
        throw new HubError("permissionDenied", `${field}: ${resolved.problem}`);
      default:
        throw new HubError(
          "unknownChannel",
          `${field}: no namespace \`${resolved.namespace}\` is configured; add it to channel.namespaces`,
        );
    }
  };
}

/** Those that the holder of the key may hear of. */
export function channelsInReach<T extends { readonly channel: string }>(
  channels: readonly T[],
  apiKey: Pick<ApiKey, "reaches">,
): readonly T[] {
  return channels.filter(({ channel }) => apiKey.reaches(splitChannelName(channel).namespace));
}

/** A HubError, so that of many channels those in reach are served. */
export function outOfReach({ name }: ApiKey, problem: string): HubError {
  return new HubError("permissionDenied", `the key \`${name}\` is bound to namespaces (http_api.keys); ${problem}`);
}

/** @throws HubError 108 where there is no history to read or to remove. */
export function checkKeepsHistory({ keepsHistory }: Pick<ChannelOptions, "keepsHistory">): void {
  if (keepsHistory) return;
  throw new HubError("notAvailable", "channel: it keeps no history; set history_size and history_ttl of its namespace");
}

/** @throws HubError 108 where nobody keeps who is there. */
export function checkKeepsPresence({ presence }: Pick<ChannelOptions, "presence">): void {
  if (presence) return;
  throw new HubError("notAvailable", "channel: it keeps no presence; set `presence` of its namespace");
}
