import { hubChannel, kindOfChannel } from "@switchyard/pusher/channel";
import { eventNameProblem } from "@switchyard/pusher/event";
import { checkChannel } from "../../session/check-channel.ts";
import { sendEvent } from "../send-event.ts";
import type { PusherConnection } from "./pusher-connection.ts";
import type { PusherMessage } from "./read-message.ts";
import type { PusherShared } from "./services.ts";
import { tellWebhooks } from "./tell-webhooks.ts";

/** A client tells the other clients of a channel something; no back end is asked, and nothing of it is kept. */
export async function sendClientEvent(
  connection: PusherConnection,
  { event, channel: name, dataJson = Buffer.from("{}") }: PusherMessage,
  services: PusherShared,
): Promise<void> {
  const { app, client } = connection;
  if (!app.client_events) return connection.refuse("client events are off for this app (`client_events`)");
  const nameProblem = eventNameProblem(event);
  if (nameProblem !== undefined) return connection.refuse(`event: ${nameProblem}`);
  const { access, isEncrypted } = kindOfChannel(name);
  if ((access !== "private" && access !== "presence") || isEncrypted) {
    return connection.refuse("client events are for private and presence channels that are not encrypted");
  }
  const subscription = client.subscriptions.get(hubChannel(app, name));
  if (subscription?.isLive !== true) return connection.refuse("client events are for subscribers of the channel");
  if (dataJson.length > app.event_max_size) {
    return connection.refuse(`data: is ${dataJson.length} bytes long, the bound is ${app.event_max_size}`);
  }
  if (!connection.takeClientEvent()) {
    return connection.refuseClientEvent(`more than ${app.client_event_rate} client events per second`);
  }
  const checked = checkChannel(subscription.channel, "publish_as_client", services);
  if ("kind" in checked) return connection.refuse("the channel takes no events of clients");
  const refusal = await sendEvent(client, { ...checked, name: event, dataJson: dataJson.toString() }, services);
  if (refusal?.kind === "error") return connection.refuse(refusal.error.publicMessage);
  const sender = access === "presence" ? { user_id: client.infoIn(checked.channel).user } : {};
  const told = { name: "client_event", channel: name, event, data: textOf(dataJson), socket_id: client.id } as const;
  tellWebhooks(app, { ...told, ...sender }, services);
}

/** What is a text already, or the JSON that it is. */
function textOf(dataJson: Buffer): string {
  const text = dataJson.toString();
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
