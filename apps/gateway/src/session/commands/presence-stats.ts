import type { PresenceStatsRequest } from "@switchyard/protocol/commands/presence-stats";
import { refusePresence } from "../refuse-presence.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { SessionServices } from "../services.ts";
import type { Session } from "../session.ts";

/** How many clients and users are in the channel, over all nodes. */
export async function presenceStats(
  session: Session,
  { channel }: PresenceStatsRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const refusal = refusePresence(session, channel, services);
  if (refusal !== undefined) return refusal;
  return { kind: "reply", resultJson: JSON.stringify(await services.presence.stats(channel)) };
}
