import type { ChannelName } from "@switchyard/broker/channel-name";
import type { PresenceRequest } from "@switchyard/protocol/commands/read-channel";
import type { Results } from "@switchyard/protocol/encoding/results";
import { canReadPresence } from "../../../access/permissions.ts";
import { checkChannel } from "../../../session/check-channel.ts";
import type { Client } from "../../../session/client.ts";
import { refuse, type Refusal } from "../../../session/refusal.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { CentrifugeServices } from "../services.ts";

/** Who is in the channel, over all nodes. */
export async function presence(
  client: Client,
  request: PresenceRequest,
  services: CentrifugeServices,
): Promise<CommandOutcome<Results["presence"]>> {
  const found = findPresence(client, request, services);
  if ("kind" in found) return found;
  return { kind: "reply", result: { members: await services.presence.members(found.channel) } };
}

/** How many clients and users are in the channel, over all nodes. */
export async function presenceStats(
  client: Client,
  request: PresenceRequest,
  services: CentrifugeServices,
): Promise<CommandOutcome<Results["presence_stats"]>> {
  const found = findPresence(client, request, services);
  if ("kind" in found) return found;
  return { kind: "reply", result: await services.presence.stats(found.channel) };
}

/** The channel, if this client may ask who is in it. */
function findPresence(
  { user, subscriptions }: Client,
  request: PresenceRequest,
  services: CentrifugeServices,
): { readonly channel: ChannelName } | Refusal {
  const checked = checkChannel(request.channel, "read", services);
  if ("kind" in checked) return checked;
  const { channel, options } = checked;
  if (!options.presence) return refuse("notAvailable", "this channel keeps no presence");
  const asker = { user, isSubscribed: subscriptions.has(channel) };
  return services.client.insecure || canReadPresence(channel, options, asker)
    ? { channel }
    : services.deny({ use: "presence", channel, options, ...asker });
}
