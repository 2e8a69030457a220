import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import type { ChannelUse } from "@switchyard/broker/reserved-namespaces";
import { splitChannelName } from "@switchyard/protocol/channel-name";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { refuse, type Refusal } from "./refusal.ts";
import type { SessionServices } from "./services.ts";

type Rules = Pick<SessionServices, "rules">;
type Checked = { readonly channel: ChannelName; readonly options: ChannelOptions } | Refusal;

/** What every command of a client that names a channel checks first. */
export function checkChannel(text: string, use: ChannelUse, services: Rules): Checked {
  const checked = checkChannelName(text, use, services);
  if ("kind" in checked) return checked;
  const { channelRegex } = checked.options;
  if (channelRegex === undefined || channelRegex.test(splitChannelName(text).rest)) return checked;
  return refuse("badRequest", "channel: does not match the channel_regex of its namespace");
}

/** The same for names the back end chose, in a token. An empty name is a broken client, and ends the connection. */
export function checkChannelName(text: string, use: ChannelUse, { rules }: Rules): Checked {
  if (text === "") return { kind: "disconnect", disconnect: disconnectCodes.badRequest };
  const resolved = rules.resolve(text, use);
  switch (resolved.kind) {
    case "channel":
      return { channel: resolved.name, options: resolved.options };
    case "unfit":
      return refuse("badRequest", `channel: ${resolved.problem}`);
    case "reserved":
      return refuse("permissionDenied", `channel: ${resolved.problem}`);
    default:
      return refuse("unknownChannel", `no namespace \`${resolved.namespace}\` is configured`);
  }
}
