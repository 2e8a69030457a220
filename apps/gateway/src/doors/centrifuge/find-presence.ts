import type { ChannelName } from "@switchyard/broker/channel-name";
import { canReadPresence } from "../../access/permissions.ts";
import { checkChannel } from "./check-channel.ts";
import { errorOutcome, type CommandOutcome } from "./command-outcome.ts";
import type { SessionServices } from "../../session/services.ts";
import type { Session } from "../../session/session.ts";

/** The channel, if this session may ask who is in it, or the refusal. */
export function findPresence(
  session: Session,
  text: string,
  services: SessionServices,
): { readonly channel: ChannelName } | CommandOutcome {
  const checked = checkChannel(text, "read", services);
  if ("kind" in checked) return checked;
  if (!checked.options.presence) return errorOutcome("notAvailable", "this channel keeps no presence");
  const { channel } = checked;
  const asker = { user: session.user, isSubscribed: session.subscriptions.has(channel) };
  const isAllowed = services.client.insecure || canReadPresence(channel, checked.options, asker);
  return isAllowed ? { channel } : errorOutcome("permissionDenied");
}
