import { encodePresenceResult, type PresenceRequest } from "@switchyard/protocol/commands/presence";
import { findPresence } from "../find-presence.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { SessionServices } from "../../../session/services.ts";
import type { Session } from "../../../session/session.ts";

/** Who is in the channel, over all nodes. */
export async function presence(
  session: Session,
  { channel }: PresenceRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const found = findPresence(session, channel, services);
  if ("kind" in found) return found;
  return { kind: "reply", resultJson: encodePresenceResult(await services.presence.members(found.channel)) };
}
