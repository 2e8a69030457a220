import type { Results } from "@switchyard/protocol/encoding/results";
import type { RefreshRequest } from "@switchyard/protocol/commands/refresh";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { CommandOutcome } from "../command-outcome.ts";
import { expiryFields } from "../subscription-result.ts";
import type { CentrifugeServices } from "../services.ts";
import type { Refusal } from "../../../session/refusal.ts";
import type { Client } from "../../../session/client.ts";
import { tokenRefusal } from "../../../session/token-refusal.ts";

/** A new token for the same user prolongs the connection; anything else ends it. What it subscribes to is for `connect`. */
export async function refresh(
  client: Client,
  { token }: RefreshRequest,
  services: CentrifugeServices,
): Promise<CommandOutcome<Results["refresh"]>> {
  const invalid: Refusal = { kind: "disconnect", disconnect: disconnectCodes.invalidToken };
  const verdict = await services.tokens.connection(token);
  if (verdict.kind !== "valid") return tokenRefusal(verdict, invalid);
  const { subscriptions: _, ...credentials } = verdict.claims;
  if (credentials.user !== client.user) return invalid;
  client.authenticate(credentials);
  return {
    kind: "reply",
    result: {
      client: client.id,
      version: services.node.version,
      ...expiryFields(credentials.expiresAtMs),
    },
  };
}
