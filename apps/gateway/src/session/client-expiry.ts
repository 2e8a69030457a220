import type { Answer } from "@switchyard/decisions/decision";
import { disconnectCodes, unsubscribeCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import { readClaims, readInfo, readMeta, type RefreshedBy } from "../access/token-claims.ts";
import type { Hook } from "../decisions/hook.ts";
import type { Subscription } from "../hub/subscription.ts";
import type { Client } from "./client.ts";
import type { SessionServices } from "./services.ts";

/** Before the end, so that a late answer is still in time. */
const askAheadMs = 10_000;
/** So that those who came together after an outage are not asked about together for ever. */
const spreadMs = 5_000;
/** Added when the question had no answer. */
const graceMs = 60_000;

interface Ending {
  readonly expiresAtMs?: number | undefined;
  readonly refreshedBy?: RefreshedBy | undefined;
}

/** How long after its end something that expires is looked at: a while after where its client may refresh it, before it where the back end is asked. */
export function delayBehindEnd({ expiresAtMs = 0, refreshedBy }: Ending, byClientMs: number): number {
  if (refreshedBy === undefined) return byClientMs;
  if (refreshedBy === "nobody") return 0;
  const leftMs = Math.max(0, expiresAtMs - Date.now());
  return -Math.min(leftMs / 2, askAheadMs + Math.random() * spreadMs);
}

type Services = Pick<SessionServices, "hooks" | "rules" | "roster" | "logger">;

/** A connection has expired; or is about to, where its back end is asked whether it goes on. */
export async function endConnectionUnlessItGoesOn(client: Client, { hooks, logger }: Services): Promise<void> {
  const { credentials } = client;
  const hook = credentials.refreshedBy === "server" ? hooks?.refresh : undefined;
  if (hook === undefined) return client.disconnect(disconnectCodes.connectionExpired);
  const { asked } = client;
  const answer = await hook.ask(client, {});
  if (client.state === "closed") return;
  // Back ends may have moved its end meanwhile, by the server API.
  if (client.credentials.expiresAtMs !== credentials.expiresAtMs) return;
  const verdict = judge(answer, { ...credentials, graces: asked.graces }, hook);
  if (verdict.kind === "over") return client.disconnect(verdict.disconnect ?? disconnectCodes.connectionExpired);
  asked.graces = verdict.graces;
  if (verdict.graces > 0)
    logger.debug({ client: client.id, graces: verdict.graces }, "a connection goes on without an answer");
  client.renew(verdict.expiresAtMs, verdict.info, verdict.meta);
}

/** The same of one subscription. */
export async function endSubscriptionUnlessItGoesOn(
  client: Client,
  subscription: Subscription,
  { hooks, rules, roster }: Services,
): Promise<void> {
  const { channel, access } = subscription;
  const options = access?.refreshedBy === "server" ? rules.find(channel) : undefined;
  const hook = options === undefined ? undefined : hooks?.ofChannel("sub_refresh", options);
  if (hook === undefined || access === undefined) return client.endSubscription(subscription, unsubscribeCodes.expired);
  const answer = await hook.ask(client, { fields: { channel } });
  if (client.subscriptions.get(channel) !== subscription || subscription.access !== access) return;
  const verdict = judge(answer, access, hook);
  if (verdict.kind === "over") {
    return verdict.disconnect === undefined
      ? client.endSubscription(subscription, unsubscribeCodes.expired)
      : client.disconnect(verdict.disconnect);
  }
  const { expiresAtMs, graces, info } = verdict;
  client.grant(subscription, { ...access, expiresAtMs, graces, ...(info === undefined ? {} : { info }) });
  if (info !== undefined) roster.update(subscription, client.infoIn(channel));
}

type Verdict =
  | {
      readonly kind: "until";
      readonly expiresAtMs: number;
      readonly graces: number;
      readonly info?: unknown;
      readonly meta?: unknown;
    }
  /** Where nothing else is said, it has expired. */
  | { readonly kind: "over"; readonly disconnect?: Disconnect };

/**
 * A "no" ends it at once, and so does an answer that names no time to come: nothing goes on for ever because a field was forgotten.
 * Without an answer it goes on for a while, so that an outage of a back end costs nobody their connection.
 */
function judge(
  answer: Answer,
  { expiresAtMs = 0, graces = 0 }: Ending & { readonly graces?: number },
  hook: Pick<Hook, "graceLimit" | "reject">,
): Verdict {
  if (answer.kind === "disconnect") return { kind: "over", disconnect: { code: answer.code, reason: answer.reason } };
  if (answer.kind === "result") {
    const { expired, expire_at: seconds = 0 } = answer.result as { expired?: boolean; expire_at?: number };
    const untilMs = seconds * 1_000;
    if (expired === true) return { kind: "over" };
    if (untilMs <= Date.now()) {
      if (seconds > 0) hook.reject("result.expire_at: has passed already; it is a time in Unix seconds");
      return { kind: "over" };
    }
    const said = readClaims(() => ({ info: readInfo(answer.result), meta: readMeta(answer.result) }));
    if (!("reason" in said)) return { kind: "until", expiresAtMs: untilMs, graces: 0, ...said };
    hook.reject(`result: ${said.reason}`);
  }
  const isNo = answer.kind === "nobody" || (answer.kind === "error" && !answer.temporary);
  if (isNo || graces >= hook.graceLimit) return { kind: "over" };
  return { kind: "until", expiresAtMs: Math.max(expiresAtMs, Date.now()) + graceMs, graces: graces + 1 };
}
