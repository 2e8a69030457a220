import type { ChannelOptions, ChannelRules } from "@switchyard/broker/channel-rules";
import { parseChannelName } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";

/**
 * What a channel is allowed and keeps, if it can be one. `field` is where the caller wrote it, for the message.
 * @throws HubError 102 for a namespace nobody configured, 107 for a name that cannot be one.
 */
export type ChannelCheck = (channel: string, field: string) => ChannelOptions;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for.
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

export function createChannelCheck({ rules, maxBytes }: { rules: ChannelRules; maxBytes: number }): ChannelCheck {
  return (channel, field) => {
    const problem = describeProblem(channel, maxBytes);
    if (problem !== undefined) throw new HubError("badRequest", `${field}: ${problem}`);
    const options = rules.find(channel);
    if (options !== undefined) return options;
    const { namespace } = parseChannelName(channel);
    throw new HubError(
      "unknownChannel",
      `${field}: no namespace \`${namespace}\` is configured; add it to channel.namespaces`,
    );
  };
}

function describeProblem(channel: string, maxBytes: number): string | undefined {
  if (channel === "") return "must not be empty";
  const bytes = Buffer.byteLength(channel);
  if (bytes > maxBytes) return `is ${bytes} bytes long, the bound is ${maxBytes} (channel.max_length)`;
  if (controlCharacter.test(channel)) return "must not contain control characters";
  // Half a surrogate pair becomes U+FFFD on the wire, so two such names would be one channel.
  if (!channel.isWellFormed()) return "must be valid Unicode, without half surrogate pairs";
  return undefined;
}
