import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions, ChannelRules } from "@switchyard/broker/channel-rules";
import type { ChannelUse } from "@switchyard/broker/reserved-namespaces";
import { HubError } from "@switchyard/protocol/hub-error";

/**
 * Parses a name a caller wrote, and finds what its channel is allowed and keeps. `field` is where it was written, for the message.
 * @throws HubError 102 for a namespace nobody configured, 103 for one of the hub's own that is not open to this use, 107 for a
 *   name that cannot be one.
 */
export type ChannelCheck = (text: string, field: string, use: ChannelUse) => CheckedChannel;

export interface CheckedChannel {
  readonly channel: ChannelName;
  readonly options: ChannelOptions;
}

export function createChannelCheck(rules: Pick<ChannelRules, "resolve">): ChannelCheck {
  return (text, field, use) => {
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
