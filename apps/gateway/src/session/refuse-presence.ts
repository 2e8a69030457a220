import { canReadPresence } from "../access/permissions.ts";
import { checkChannel } from "./check-channel.ts";
import { errorOutcome, type CommandOutcome } from "./command-outcome.ts";
import type { SessionServices } from "./services.ts";
import type { Session } from "./session.ts";

/** Why this session may not ask who is in the channel; undefined when it may. */
export function refusePresence(
  session: Session,
  channel: string,
  services: SessionServices,
): CommandOutcome | undefined {
  const checked = checkChannel(channel, services);
  if ("kind" in checked) return checked;
  if (!checked.options.presence) return errorOutcome("notAvailable", "this channel keeps no presence");
  const asker = { user: session.user, isSubscribed: session.subscriptions.has(channel) };
  const isAllowed = services.client.insecure || canReadPresence(channel, checked.options, asker);
  return isAllowed ? undefined : errorOutcome("permissionDenied");
}
