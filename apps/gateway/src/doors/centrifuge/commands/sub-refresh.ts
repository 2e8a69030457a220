import type { SubRefreshRequest, SubRefreshResult } from "@switchyard/protocol/commands/sub-refresh";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { errorOutcome, type CommandOutcome } from "../command-outcome.ts";
import { expiryFields } from "../expiry-fields.ts";
import type { SessionServices } from "../../../session/services.ts";
import type { Session } from "../../../session/session.ts";
import { tokenRefusal } from "../token-refusal.ts";
import { accessOf } from "./subscribe.ts";

/** A new token for the same channel and user prolongs a subscription; anything else ends the connection. */
export async function subRefresh(
  session: Session,
  { channel, token = "" }: SubRefreshRequest,
  { tokens }: SessionServices,
): Promise<CommandOutcome> {
  const invalid: CommandOutcome = { kind: "disconnect", disconnect: disconnectCodes.invalidToken };
  if (channel === "" || token === "") return { kind: "disconnect", disconnect: disconnectCodes.badRequest };
  const subscription = session.subscriptions.get(channel);
  if (subscription === undefined) return errorOutcome("permissionDenied", "not subscribed to this channel");
  const verdict = await tokens.subscription(token, { channel, user: session.user, client: session.id });
  // It was taken for this very use once, so a token of another user or client is no mistake of the back end's.
  if (verdict.kind === "forbidden") return invalid;
  if (verdict.kind !== "valid") return tokenRefusal(verdict, invalid);
  const { claims } = verdict;
  // It may have ended while the token was checked.
  if (session.subscriptions.get(channel) !== subscription) return errorOutcome("expired");
  session.grant(subscription, accessOf(claims));
  return { kind: "reply", resultJson: JSON.stringify(expiryFields(claims.expiresAtMs) satisfies SubRefreshResult) };
}
