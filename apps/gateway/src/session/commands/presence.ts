import { encodePresenceResult, type PresenceRequest } from "@switchyard/protocol/commands/presence";
import { refusePresence } from "../refuse-presence.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { SessionServices } from "../services.ts";
import type { Session } from "../session.ts";

/** Who is in the channel, over all nodes. */
export async function presence(
  session: Session,
  { channel }: PresenceRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const refusal = refusePresence(session, channel, services);
  if (refusal !== undefined) return refusal;
  return { kind: "reply", resultJson: encodePresenceResult(await services.presence.members(channel)) };
}
