import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions, OptionOverride } from "@switchyard/broker/channel-rules";
import type { Payload } from "@switchyard/protocol/payload";
import { asksAboutSubscribe, canSubscribe } from "../access/permissions.ts";
import { readClaims, readGrant } from "../access/token-claims.ts";
import { payloadForBackEnd, payloadFromBackEnd } from "../decisions/client-data.ts";
import type { Hook, Turn } from "../decisions/hook.ts";
import { refusedBy } from "../decisions/outage-policy.ts";
import type { SubscriptionAccess } from "../hub/subscription.ts";
import type { Client } from "./client.ts";
import type { Deny } from "./denials.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { SessionServices } from "./services.ts";

/** A client wants to subscribe, and has no token that says it may. */
export interface WantedChannel {
  readonly channel: ChannelName;
  readonly options: ChannelOptions;
  /** The client's words to its back end. */
  readonly data?: unknown;
  readonly turn?: Turn | undefined;
}

/** What a subscription is given by whoever allows it. */
export interface AllowedSubscription {
  readonly access: SubscriptionAccess | undefined;
  readonly override: OptionOverride | undefined;
  /** The back end's words to this subscriber. */
  readonly data: Payload | undefined;
}

/** What everybody gets. */
export const allowed: AllowedSubscription = { access: undefined, override: undefined, data: undefined };

type Services = Pick<SessionServices, "hooks" | "client"> & { readonly deny: Deny };

/** By what its namespace allows, or by what its back end says where the namespace has it asked. */
export async function rightToSubscribe(
  client: Client,
  wanted: WantedChannel,
  services: Services,
): Promise<AllowedSubscription | Refusal> {
  const { channel, options } = wanted;
  const hook = asksAboutSubscribe(channel, options) ? services.hooks?.ofChannel("subscribe", options) : undefined;
  if (hook !== undefined) return ask(client, { ...wanted, hook }, services);
  const isAllowed = services.client.insecure || canSubscribe(channel, options, client.user);
  return isAllowed
    ? allowed
    : services.deny({ use: "subscribe", channel, options, user: client.user, isSubscribed: false });
}

/** The back end alone decides: the namespace's rights are not asked. */
async function ask(
  client: Client,
  { hook, channel, options, data, turn }: WantedChannel & { readonly hook: Hook },
  { hooks }: Pick<Services, "hooks">,
): Promise<AllowedSubscription | Refusal> {
  const answer = await hook.ask(client, { fields: { channel }, payload: payloadForBackEnd(data), turn });
  if (answer.kind !== "result") return refusedBy("subscribe", answer);
  const { expire_at: seconds = 0 } = answer.result as { readonly expire_at?: number };
  // Its words are anything, not only JSON.
  const { data: _, b64data: __, ...others } = answer.result;
  const grant = readClaims(() => readGrant(others));
  if ("reason" in grant) {
    hook.reject(`result: ${grant.reason}`);
    return refuse("internal");
  }
  const { info, override } = grant;
  const expiresAtMs = seconds === 0 ? undefined : seconds * 1_000;
  if (expiresAtMs !== undefined && expiresAtMs <= Date.now()) {
    hook.reject("result.expire_at: has passed already; it is a time in Unix seconds");
    return refuse("expired");
  }
  const hasAccess = info !== undefined || expiresAtMs !== undefined;
  const refreshedBy = hooks?.ofChannel("sub_refresh", options) === undefined ? "nobody" : "server";
  return {
    access: hasAccess ? { info, expiresAtMs, refreshedBy } : undefined,
    override,
    data: payloadFromBackEnd(answer.result),
  };
}
