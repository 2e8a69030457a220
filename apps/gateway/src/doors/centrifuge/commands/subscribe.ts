import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { encodeSubscribeResult, type SubscribeRequest } from "@switchyard/protocol/commands/subscribe";
import { canSubscribe } from "../../../access/permissions.ts";
import type { SubscriptionToken } from "../../../access/token-kind.ts";
import { checkChannel } from "../check-channel.ts";
import { errorOutcome, type CommandOutcome } from "../command-outcome.ts";
import { expiryFields } from "../expiry-fields.ts";
import { openSubscription } from "../../../session/open-subscription.ts";
import type { SessionServices } from "../../../session/services.ts";
import type { Session } from "../../../session/session.ts";
import { tokenRefusal } from "../token-refusal.ts";

export async function subscribe(
  session: Session,
  request: SubscribeRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  if (session.subscriptions.has(request.channel)) return errorOutcome("alreadySubscribed");
  const isGranted = services.client.insecure || (request.token ?? "") !== "";
  const checked = checkChannel(request.channel, isGranted ? "grant" : "subscribe", services);
  if ("kind" in checked) return checked;
  const { channel } = checked;
  const channelLimit = services.client.channel_limit;
  if (session.subscriptions.size >= channelLimit)
    return errorOutcome("limitExceeded", `${channelLimit} channels per connection`);
  const right = await findRight(session, request, checked.options, services);
  if ("kind" in right) return right;
  const { claims } = right;

  const subscription = session.join(channel, false);
  if (subscription === undefined) return { kind: "silent" };
  if (claims !== undefined) session.grant(subscription, accessOf(claims));
  try {
    const options = { ...checked.options, ...claims?.override };
    const info = session.clientInfo(channel);
    const { result, position } = await openSubscription({
      services,
      subscription,
      info,
      options,
      request,
    });
    const data = claims?.data === undefined ? {} : { data: claims.data };
    return {
      kind: "reply",
      resultJson: encodeSubscribeResult({ ...expiryFields(claims?.expiresAtMs), ...result, ...data }),
      afterReply: () => subscription.goLive(position),
    };
  } catch (error) {
    // The client is told to try again, so nothing of this attempt may remain: a remnant would answer 105 for ever.
    session.leave(subscription);
    throw error;
  }
}

/** A subscription token opens its one channel to its one user, whatever the namespace allows. */
async function findRight(
  session: Session,
  { channel, token = "" }: SubscribeRequest,
  options: ChannelOptions,
  { client, tokens, logger }: SessionServices,
): Promise<{ readonly claims?: SubscriptionToken } | CommandOutcome> {
  if (token === "") {
    const isAllowed = client.insecure || canSubscribe(channel, options, session.user);
    return isAllowed ? {} : errorOutcome("permissionDenied");
  }
  const verdict = await tokens.subscription(token, { channel, user: session.user, client: session.id });
  if (verdict.kind === "valid") return { claims: verdict.claims };
  logger.debug(verdict, "subscription token refused");
  return tokenRefusal(verdict, errorOutcome("permissionDenied", "the subscription token is not valid"));
}

export function accessOf({ info, expiresAtMs, user, tokenId, issuedAtMs }: SubscriptionToken) {
  return { info, expiresAtMs, token: { user, tokenId, issuedAtMs } };
}
