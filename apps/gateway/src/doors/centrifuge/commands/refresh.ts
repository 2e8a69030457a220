import type { RefreshRequest, RefreshResult } from "@switchyard/protocol/commands/refresh";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { CommandOutcome } from "../command-outcome.ts";
import { expiryFields } from "../expiry-fields.ts";
import type { SessionServices } from "../../../session/services.ts";
import type { Session } from "../../../session/session.ts";
import { tokenRefusal } from "../token-refusal.ts";

/** A new token for the same user prolongs the connection; anything else ends it. What it subscribes to is for `connect`. */
export async function refresh(
  session: Session,
  { token }: RefreshRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const invalid: CommandOutcome = { kind: "disconnect", disconnect: disconnectCodes.invalidToken };
  const verdict = await services.tokens.connection(token);
  if (verdict.kind !== "valid") return tokenRefusal(verdict, invalid);
  const { subscriptions: _, ...credentials } = verdict.claims;
  if (credentials.user !== session.user) return invalid;
  session.authenticate(credentials);
  const result: RefreshResult = {
    client: session.id,
    version: services.node.version,
    ...expiryFields(credentials.expiresAtMs),
  };
  return { kind: "reply", resultJson: JSON.stringify(result) };
}
