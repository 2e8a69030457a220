import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { parseChannelName } from "@switchyard/protocol/channel-name";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { errorOutcome, type CommandOutcome } from "./command-outcome.ts";
import type { SessionServices } from "./services.ts";

type Rules = Pick<SessionServices, "rules" | "channelMaxBytes">;
type Checked = { readonly options: ChannelOptions } | CommandOutcome;

/** What every command of a client that names a channel checks first. */
export function checkChannel(channel: string, services: Rules): Checked {
  const checked = checkChannelName(channel, services);
  if ("kind" in checked) return checked;
  const { channelRegex } = checked.options;
  if (channelRegex === undefined || channelRegex.test(parseChannelName(channel).rest)) return checked;
  return errorOutcome("badRequest", "channel: does not match the channel_regex of its namespace");
}

/**
 * The same for names the back end chose, in a token. An empty name is a broken client, a long one a mistake. Text that is not
 * well-formed Unicode is refused because UTF-8 has one replacement character for all of it, so that two names would be one
 * channel to Redis; control characters have no business in a name.
 */
export function checkChannelName(channel: string, { rules, channelMaxBytes }: Rules): Checked {
  if (channel === "") return { kind: "disconnect", disconnect: disconnectCodes.badRequest };
  if (Buffer.byteLength(channel) > channelMaxBytes) {
    return errorOutcome("badRequest", `channel: longer than ${channelMaxBytes} bytes`);
  }
  if (!channel.isWellFormed() || /\p{Cc}/u.test(channel)) {
    return errorOutcome("badRequest", "channel: has control characters or is not Unicode text");
  }
  const options = rules.find(channel);
  return options === undefined ? errorOutcome("unknownChannel") : { options };
}
