import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { errorOutcome, type CommandOutcome } from "./command-outcome.ts";
import type { SessionServices } from "./services.ts";

/** What every command that names a channel checks first. An empty name is a broken client, a long one a mistake. */
export function checkChannel(
  channel: string,
  { rules, channelMaxBytes }: Pick<SessionServices, "rules" | "channelMaxBytes">,
): { readonly options: ChannelOptions } | CommandOutcome {
  if (channel === "") return { kind: "disconnect", disconnect: disconnectCodes.badRequest };
  if (Buffer.byteLength(channel) > channelMaxBytes) {
    return errorOutcome("badRequest", `channel: longer than ${channelMaxBytes} bytes`);
  }
  const options = rules.find(channel);
  return options === undefined ? errorOutcome("unknownChannel") : { options };
}
