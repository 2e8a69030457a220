import { HubError } from "@switchyard/protocol/hub-error";
import type { ChannelName } from "../../channel-name.ts";
import type { ChannelOptions, ChannelRules } from "../../channel-rules.ts";
import { type ChannelKeys, channelKeys } from "../keys.ts";

/** Where something is published, and the terms of its history in the form of publish.lua. */
export interface PublishPlace {
  readonly channel: ChannelName;
  readonly options: ChannelOptions;
  readonly keys: ChannelKeys;
  /** `<historySize> <historyTtlMs> <metaTtlMs>` */
  readonly keptTerms: string;
  /** The same for a publication that is not kept, wherever it goes. */
  readonly passingTerms: string;
}

/**
 * Finds places, and remembers the last one: what is published in a row is for one channel often. More than one would be a bound to
 * keep and an index to search, which takes as long as making the texts does.
 *
 * The function throws HubError 102 for a namespace that nobody configured.
 */
export function createPlaceFinder(prefix: string, rules: Pick<ChannelRules, "find">) {
  let last: PublishPlace | undefined;
  return (channel: ChannelName): PublishPlace => {
    if (last?.channel === channel) return last;
    const options = optionsOf(channel, rules);
    const lives = `${options.historyTtlMs} ${options.historyMetaTtlMs}`;
    last = {
      channel,
      options,
      keys: channelKeys(prefix, channel),
      keptTerms: `${options.keepsHistory ? options.history_size : 0} ${lives}`,
      passingTerms: `0 ${lives}`,
    };
    return last;
  };
}

/** @throws HubError 102 */
export function optionsOf(channel: ChannelName, rules: Pick<ChannelRules, "find">): ChannelOptions {
  const options = rules.find(channel);
  if (options === undefined) throw new HubError("unknownChannel", `no namespace is configured for \`${channel}\``);
  return options;
}
