import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { encodeSubscribeResult, type SubscribeRequest } from "@switchyard/protocol/commands/subscribe";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { canSubscribe } from "../../access/permissions.ts";
import { checkChannel } from "../check-channel.ts";
import { errorOutcome, type CommandOutcome } from "../command-outcome.ts";
import { openSubscription } from "../open-subscription.ts";
import type { SessionServices } from "../services.ts";
import type { Session } from "../session.ts";

export async function subscribe(
  session: Session,
  request: SubscribeRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const { channel } = request;
  const checked = checkChannel(channel, services);
  if ("kind" in checked) return checked;
  if (session.subscriptions.has(channel)) return errorOutcome("alreadySubscribed");
  const channelLimit = services.client.channel_limit;
  if (session.subscriptions.size >= channelLimit)
    return errorOutcome("limitExceeded", `${channelLimit} channels per connection`);
  const refusal = await refuse(session, request, checked.options, services);
  if (refusal !== undefined) return refusal;

  const { hub, broker, client } = services;
  const subscription = session.join(channel, false);
  if (subscription === undefined) return { kind: "silent" };
  try {
    const recoveryLimit = client.recovery_max_publication_limit;
    const { result, position } = await openSubscription({
      hub,
      broker,
      subscription,
      options: checked.options,
      request,
      recoveryLimit,
    });
    return {
      kind: "reply",
      resultJson: encodeSubscribeResult(result),
      afterReply: () => subscription.goLive(position),
    };
  } catch (error) {
    // The client is told to try again, so nothing of this attempt may remain: a remnant would answer 105 for ever.
    session.leave(subscription);
    throw error;
  }
}

/** A subscription token opens its one channel to its one user, whatever the namespace allows. */
async function refuse(
  session: Session,
  { channel, token = "" }: SubscribeRequest,
  options: ChannelOptions,
  { client, tokens }: SessionServices,
): Promise<CommandOutcome | undefined> {
  if (client.insecure) return undefined;
  if (token === "") {
    const isPrivate = channel.startsWith("$");
    return !isPrivate && canSubscribe(options, session.user) ? undefined : errorOutcome("permissionDenied");
  }
  const verdict = await tokens.subscription(token);
  switch (verdict.kind) {
    case "expired":
      return errorOutcome("tokenExpired");
    case "invalid":
      return errorOutcome("permissionDenied", "the subscription token is not valid");
    case "valid":
      // A token for another channel or user is a broken or hostile client, not a missing right.
      if (verdict.claims.channel !== channel) return { kind: "disconnect", disconnect: disconnectCodes.invalidToken };
      return isForUser(verdict.claims.user, session.user)
        ? undefined
        : errorOutcome("permissionDenied", "the subscription token is of another user");
    default:
      return verdict;
  }
}

/** A token without `sub` is a bearer token: whoever was handed it may watch, as with a task nobody in particular enqueued. */
function isForUser(tokenUser: string, user: string): boolean {
  return tokenUser === "" || tokenUser === user;
}
