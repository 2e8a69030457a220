import type { EscalationData } from "@switchyard/notifications/notify";
import type { Handler } from "@switchyard/tasks/handler";
import webPush from "web-push";
import { contactsOf, forgetPush, type PushSubscription } from "./contacts.ts";

/** The services of the browsers there are. A browser names its own, and a page can make one up. */
const pushServices = [
  "fcm.googleapis.com",
  "updates.push.services.mozilla.com",
  "web.push.apple.com",
  "*.notify.windows.com",
];

/**
 * Sends a notification to the user's browsers, also where no page is open (Web Push, RFC 8291, signed by VAPID): a handler for
 * `escalate`. `npx web-push generate-vapid-keys` makes VAPID_PUBLIC_KEY, which pages subscribe with, and VAPID_PRIVATE_KEY;
 * VAPID_SUBJECT is how a push service reaches you (`mailto:…`).
 *
 * What a page's service worker gets is `{"id", "title", "body"?, "url"?, "unread"}`. A later one of the same item takes the place of
 * one that is still waiting for the browser (`topic`).
 */
const push: Handler<EscalationData, object> = async ({ user, item, counts }, { signal }) => {
  const { push: subscriptions = [] } = await contactsOf(user, signal);
  const { id, title, body, url } = item as Readonly<Record<"id" | "title" | "body" | "url", string>>;
  const payload = JSON.stringify({ id, title, body: body?.slice(0, 1_000), url, unread: counts.unread });
  const statuses = await Promise.all(subscriptions.map((one) => send(one, { payload, topic: id, signal })));
  for (const [index, { endpoint }] of subscriptions.entries())
    if (isGone(statuses[index])) await forgetPush(user, endpoint, signal);
  const failed = statuses.filter((status) => status >= 400 && !isGone(status));
  // Another attempt sends it to all of them again, which `topic` makes one.
  if (failed.length > 0) throw new Error(`push services answered ${failed.join(", ")}`);
  return { sent: statuses.filter((status) => status < 400).length, gone: statuses.filter(isGone).length };
};

export default push;

interface Message {
  readonly payload: string;
  readonly topic: string;
  readonly signal: AbortSignal;
}

async function send(subscription: PushSubscription, { payload, topic, signal }: Message): Promise<number> {
  if (!isPushService(subscription.endpoint)) return 410;
  const {
    VAPID_SUBJECT: subject = "",
    VAPID_PUBLIC_KEY: publicKey = "",
    VAPID_PRIVATE_KEY: privateKey = "",
  } = process.env;
  // Made by the library and sent by ourselves: it knows no signal.
  const { endpoint, method, headers, body } = webPush.generateRequestDetails(subscription, payload, {
    vapidDetails: { subject, publicKey, privateKey },
    // Stale by then; the inbox has it.
    TTL: 86_400,
    urgency: "normal",
    topic: topic.replace(/^n_/, ""),
  });
  const init = {
    method,
    headers: headers as Record<string, string>,
    body: new Uint8Array(body),
    redirect: "error",
  } as const;
  const reply = await fetch(endpoint, { ...init, signal });
  await reply.body?.cancel();
  return reply.status;
}

/** WEB_PUSH_HOSTS allows others, `host:port` apart by commas, for a push service of your own. */
function isPushService(endpoint: string): boolean {
  const url = URL.parse(endpoint);
  const own = (process.env["WEB_PUSH_HOSTS"] ?? "").split(",");
  if (url === null || own.includes(url.host)) return url !== null;
  const parent = url.hostname.replace(/^[^.]+/, "*");
  return url.protocol === "https:" && (pushServices.includes(url.host) || pushServices.includes(parent));
}

function isGone(status: number | undefined): boolean {
  return status === 404 || status === 410;
}
