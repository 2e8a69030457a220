import type { Results } from "@switchyard/protocol/encoding/results";
import type { RefreshRequest, SubRefreshRequest } from "@switchyard/protocol/commands/refresh";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { Client } from "../../../session/client.ts";
import { refuse, type Refusal } from "../../../session/refusal.ts";
import { tokenRefusal } from "../../../session/token-refusal.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { CentrifugeServices } from "../services.ts";
import { expiryFields } from "../subscription-result.ts";
import { accessOf } from "./subscribe.ts";

const invalid: Refusal = { kind: "disconnect", disconnect: disconnectCodes.invalidToken };

/** A new token for the same user prolongs the connection; anything else ends it. What it subscribes to is for `connect`. */
export async function refresh(
  client: Client,
  { token }: RefreshRequest,
  services: CentrifugeServices,
): Promise<CommandOutcome<Results["refresh"]>> {
  const verdict = await services.tokens.connection(token);
  if (verdict.kind !== "valid") return tokenRefusal(verdict, invalid);
  const { subscriptions: _, ...credentials } = verdict.claims;
  if (credentials.user !== client.user) return invalid;
  // Who refreshes it was settled when it began, and an answer that names an end would begin another way.
  const { refreshedBy } = client.credentials;
  client.authenticate({ ...credentials, refreshedBy });
  return {
    kind: "reply",
    result: {
      client: client.id,
      version: services.node.version,
      ...expiryFields({ ...credentials, refreshedBy }),
    },
  };
}

/** A new token for the same channel and user prolongs a subscription; anything else ends the connection. */
export async function subRefresh(
  client: Client,
  { channel, token = "" }: SubRefreshRequest,
  { tokens }: CentrifugeServices,
): Promise<CommandOutcome<Results["sub_refresh"]>> {
  if (channel === "" || token === "") return { kind: "disconnect", disconnect: disconnectCodes.badRequest };
  const subscription = client.subscriptions.get(channel);
  if (subscription === undefined) return refuse("permissionDenied", "not subscribed to this channel");
  const verdict = await tokens.subscription(token, { channel, user: client.user, client: client.id });
  // It was taken for this very use once, so a token of another user or client is no mistake of the back end's.
  if (verdict.kind === "forbidden") return invalid;
  if (verdict.kind !== "valid") return tokenRefusal(verdict, invalid);
  const { claims } = verdict;
  // It may have ended while the token was checked.
  if (client.subscriptions.get(channel) !== subscription) return refuse("expired");
  const access = { ...accessOf(claims), refreshedBy: subscription.access?.refreshedBy };
  client.grant(subscription, access);
  return { kind: "reply", result: expiryFields(access) };
}
