import {
  subscribeFlags,
  type SubscribeRequest,
  type SubscribeWish,
  type UnsubscribeRequest,
} from "@switchyard/protocol/commands/subscribe";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { Results } from "@switchyard/protocol/encoding/results";
import type { SubscriptionToken } from "../../../access/token-kind.ts";
import type { SubscriptionAccess } from "../../../hub/subscription.ts";
import { checkChannel } from "../../../session/check-channel.ts";
import type { Turn } from "../../../decisions/hook.ts";
import type { Client } from "../../../session/client.ts";
import { ownInbox } from "../../../session/own-inbox.ts";
import { readTagFilter } from "../../../session/read-tag-filter.ts";
import {
  allowed,
  rightToSubscribe,
  type AllowedSubscription,
  type WantedChannel,
} from "../../../session/right-to-subscribe.ts";
import { refuse, type Refusal } from "../../../session/refusal.ts";
import { subscribeClient, type SubscribeWish as Wish } from "../../../session/subscribe-client.ts";
import { tokenRefusal } from "../../../session/token-refusal.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { CentrifugeServices } from "../services.ts";
import { dataField, expiryFields, subscriptionResult } from "../subscription-result.ts";

export async function subscribe(
  client: Client,
  request: SubscribeRequest,
  services: CentrifugeServices,
  turn?: Turn,
): Promise<CommandOutcome<Results["subscribe"]>> {
  if (client.subscriptions.has(request.channel)) return refuse("alreadySubscribed");
  const isGranted = services.client.insecure || (request.token ?? "") !== "";
  const snapshot = ownInbox(client.user, request.channel, services);
  const use = snapshot !== undefined ? "subscribe_own" : isGranted ? "grant" : "subscribe";
  const checked = checkChannel(request.channel, use, services);
  if ("kind" in checked) return checked;
  const channelLimit = services.client.channel_limit;
  if (client.subscriptions.size >= channelLimit)
    return refuse("limitExceeded", `${channelLimit} channels per connection`);
  const right =
    snapshot === undefined
      ? await findRight(client, { ...checked, token: request.token, data: request.data, turn }, services)
      : allowed;
  if ("kind" in right) return right;
  // By another way, while somebody was asked.
  if (client.subscriptions.get(request.channel) !== undefined) return refuse("alreadySubscribed");
  if (turn?.signal?.aborted === true) return refuse("internal", "unsubscribed meanwhile");
  const { access, data } = right;
  const options = { ...checked.options, ...right.override };
  const wish = wishOf(request);
  if ("kind" in wish) return wish;
  const selected = readTagFilter(request.tf, options);
  if ("kind" in selected) return selected;
  const order = {
    client,
    channel: checked.channel,
    options,
    isServerSide: false,
    access,
    wish: { ...wish, ...selected },
    snapshot,
  };
  const subscribed = await subscribeClient(order, services);
  if (subscribed === undefined) return { kind: "silent" };
  return {
    kind: "reply",
    result: {
      ...expiryFields(access ?? {}),
      ...subscriptionResult(subscribed),
      ...(data === undefined ? {} : { data }),
    },
    afterReply: () => subscribed.subscription.goLive(subscribed.position),
  };
}

/** A subscription token opens its one channel to its one user, whatever the namespace allows and whatever hook it has. */
async function findRight(
  client: Client,
  { token = "", ...wanted }: WantedChannel & { readonly token?: string | undefined },
  services: CentrifugeServices,
): Promise<AllowedSubscription | Refusal> {
  if (token === "") return rightToSubscribe(client, wanted, services);
  const { channel, options } = wanted;
  const { hooks, tokens, logger } = services;
  const verdict = await tokens.subscription(token, { channel, user: client.user, client: client.id });
  if (verdict.kind === "valid") {
    const { override, data } = verdict.claims;
    const isAskedAbout = hooks?.ofChannel("sub_refresh", options) !== undefined;
    const access = { ...accessOf(verdict.claims), refreshedBy: isAskedAbout ? ("server" as const) : undefined };
    return { access, override, data: dataField(data).data };
  }
  logger.debug(verdict, "subscription token refused");
  return tokenRefusal(verdict, refuse("permissionDenied", "the subscription token is not valid"));
}

export function accessOf({ info, expiresAtMs, user, tokenId, issuedAtMs }: SubscriptionToken): SubscriptionAccess {
  return { info, expiresAtMs, token: { user, tokenId, issuedAtMs } };
}

/** @param path of the fields, for a refusal: empty, or `connect.subs.news:a.` */
export function wishOf(
  { positioned, recoverable, join_leave, recover, offset, epoch, delta, flag }: SubscribeWish,
  path = "",
): Wish | Refusal {
  // Null is the protocol's zero value.
  const kind = delta ?? undefined;
  if (kind !== undefined && typeof kind !== "string") return refuse("badRequest", `${path}delta: must be a text`);
  return {
    isPositioned: positioned,
    isRecoverable: recoverable,
    hearsJoinLeave: join_leave,
    delta: kind,
    from: recover === true ? { offset: offset ?? 0, epoch: epoch ?? "" } : undefined,
    refusesLoss: ((flag ?? 0) & subscribeFlags.errorOnLostPosition) !== 0,
  };
}

/** Always succeeds, subscribed or not: the SDK takes an error here for a reason to reconnect. */
export function unsubscribe(client: Client, { channel }: UnsubscribeRequest): CommandOutcome<Record<string, never>> {
  if (channel === "") return { kind: "disconnect", disconnect: disconnectCodes.badRequest };
  const subscription = client.subscriptions.get(channel);
  if (subscription !== undefined) client.leave(subscription);
  return { kind: "reply", result: {} };
}
