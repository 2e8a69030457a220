import type { RefreshRequest, RefreshResult } from "@switchyard/protocol/commands/refresh";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { errorOutcome, type CommandOutcome } from "../command-outcome.ts";
import type { SessionServices } from "../services.ts";
import type { Session } from "../session.ts";

/** A new token for the same user prolongs the connection; anything else ends it. */
export async function refresh(
  session: Session,
  { token }: RefreshRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const verdict = await services.tokens.connection(token);
  if (verdict.kind === "expired") return errorOutcome("tokenExpired");
  if (verdict.kind === "invalid" || verdict.claims.user !== session.user) {
    return { kind: "disconnect", disconnect: disconnectCodes.invalidToken };
  }
  session.authenticate(verdict.claims);
  const ttl = session.ttlSeconds();
  const result: RefreshResult = {
    client: session.id,
    version: services.node.version,
    ...(ttl === undefined ? {} : { expires: true, ttl }),
  };
  return { kind: "reply", resultJson: JSON.stringify(result) };
}
