import { createOutbound } from "@switchyard/outbound/create-outbound";
import type { PusherApp } from "@switchyard/pusher/apps";
import { isSignatureOf } from "@switchyard/pusher/signature";
import type { Outcome, RunAttempt } from "@switchyard/tasks/task-worker";
import type { WebhookDelivery } from "./webhook-relay.ts";
import { laneFailure } from "../handlers/describe-reply.ts";

/**
 * Sends events to a receiver of an app's webhooks, with Pusher's headers and, beside them, those of Standard Webhooks, both by the app's
 * secret. Anybody who can enqueue may ask for this handler, so it sends only what this hub has signed, and only to where the
 * settings say.
 */
export function createWebhookHandler(apps: readonly PusherApp[]): RunAttempt {
  const byId = new Map(
    apps.map((app) => [
      app.id,
      // Its URLs are the operator's, so nothing is asked of where they lead.
      { app, outbound: createOutbound({ secrets: [app.secret], allowedHosts: [], allowedPorts: [] }) },
    ]),
  );
  return async ({ task, signal }) => {
    const { app: id, url, body, signature } = (task.data ?? {}) as Partial<Record<keyof WebhookDelivery, unknown>>;
    const found = typeof id === "string" ? byId.get(id) : undefined;
    if (found === undefined) return unknownHere("no app of the settings has its id");
    const { app, outbound } = found;
    if (typeof body !== "string" || typeof signature !== "string" || !isSignatureOf(app.secret, body, signature)) {
      return unknownHere("its data is not signed with the app's secret");
    }
    const webhook = app.webhooks.find((one) => one.url === url);
    if (webhook === undefined) return unknownHere("its URL is none of the app's webhooks");
    const reply = await outbound.post({
      url: new URL(webhook.url),
      urlFrom: "operator",
      body,
      messageId: task.id,
      headers: { "x-pusher-key": app.key, "x-pusher-signature": signature },
      signal,
      replyMaxBytes: 0,
    });
    // Pusher asks again whatever the answer was, if it is not 2xx.
    return (
      laneFailure(reply, { app: app.id, host: new URL(webhook.url).host }) ?? {
        kind: "succeeded",
        result: { status: reply.status },
      }
    );
  };
}

/** While new settings are rolled out another worker may have what this one lacks. */
function unknownHere(message: string): Outcome {
  return { kind: "failed", code: "handler_failed", message, final: false };
}
