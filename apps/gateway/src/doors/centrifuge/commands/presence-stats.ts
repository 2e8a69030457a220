import type { PresenceStatsRequest } from "@switchyard/protocol/commands/presence-stats";
import { findPresence } from "../find-presence.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { SessionServices } from "../../../session/services.ts";
import type { Session } from "../../../session/session.ts";

/** How many clients and users are in the channel, over all nodes. */
export async function presenceStats(
  session: Session,
  { channel }: PresenceStatsRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const found = findPresence(session, channel, services);
  if ("kind" in found) return found;
  return { kind: "reply", resultJson: JSON.stringify(await services.presence.stats(found.channel)) };
}
