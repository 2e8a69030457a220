import type { Bearer, Revocations } from "@switchyard/broker/revocation";
import { disconnectCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";

/**
 * Why the connection of this bearer ends, or is not let in; undefined: nobody has shut it out. From memory, so whoever lists a client in
 * the same turn leaves no gap: what is announced later finds it in the list.
 */
export function shutOutReason(
  { user = "", tokenId = "", client = "", issuedAtMs }: Bearer,
  revocations: Pick<Revocations, "isRevoked" | "isBlocked">,
): Disconnect | undefined {
  if (revocations.isBlocked(user)) return disconnectCodes.permissionDenied;
  if (revocations.isRevoked({ tokenId })) return disconnectCodes.invalidToken;
  return revocations.isRevoked({ user, issuedAtMs, client }) ? disconnectCodes.forceDisconnect : undefined;
}
