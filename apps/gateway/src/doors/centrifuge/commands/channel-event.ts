import type { Publisher } from "@switchyard/broker/broker";
import type { Results } from "@switchyard/protocol/encoding/results";
import { splitObject } from "@switchyard/protocol/split-object";
import { eventNameProblem } from "@switchyard/pusher/event";
import { canSendEvents } from "../../../access/permissions.ts";
import { RateLimit } from "../../../entrance/rate-limit.ts";
import { checkChannel } from "../../../session/check-channel.ts";
import type { Client } from "../../../session/client.ts";
import type { Deny } from "../../../session/denials.ts";
import { refuse } from "../../../session/refusal.ts";
import type { SessionServices } from "../../../session/services.ts";
import { sendEvent } from "../../send-event.ts";
import type { CommandOutcome } from "../command-outcome.ts";

/** The rpc a client sends an event by. */
export const channelEventMethod = "channel.event";

/** `dataJson` is the rpc's data: `{"channel", "event", "data"?}`. */
export type SendChannelEvent = (client: Client, dataJson: string) => Promise<CommandOutcome<Results["rpc"]>>;

type EventServices = Pick<SessionServices, "rules" | "client"> & { readonly broker: Publisher; readonly deny: Deny };

/**
 * What clients tell each other and nobody keeps. An rpc, because stock SDKs have no other way to say which event it is and to be told
 * that it was refused; its receivers get a publication of the channel, without an offset.
 */
export function createChannelEvents(services: EventServices): SendChannelEvent {
  const { event_rate_limit: perSecond } = services.client;
  // Beside the connections, of which most never send an event.
  const limits = new WeakMap<Client, RateLimit>();

  function isWithinRate(client: Client): boolean {
    if (perSecond === 0) return true;
    const limit = limits.get(client) ?? new RateLimit({ perSecond, burst: perSecond });
    limits.set(client, limit);
    return limit.take(performance.now());
  }

  return async (client, dataJson) => {
    const said = readEventRequest(dataJson, services.client.event_size_limit);
    if ("kind" in said) return said;
    const checked = checkChannel(said.channel, "publish_as_client", services);
    if ("kind" in checked) return checked;
    const { channel, options } = checked;
    const isSubscribed = client.subscriptions.get(channel)?.isLive === true;
    if (!isSubscribed) return refuse("permissionDenied", "data.channel: events are for subscribers of the channel");
    const asker = { user: client.user, isSubscribed };
    if (!services.client.insecure && !canSendEvents(channel, options, asker))
      return services.deny({ use: "event", channel, options, ...asker });
    if (!isWithinRate(client)) return refuse("tooManyRequests", `${perSecond} events per second and connection`);
    const event = { channel, options, name: said.event, dataJson: said.dataJson };
    return (await sendEvent(client, event, services)) ?? { kind: "reply", result: { data: "{}" } };
  };
}

/** The data stays as it was written. */
function readEventRequest(json: string, maxBytes: number) {
  const members = splitObject(Buffer.from(json));
  if (members === undefined) return refuse("badRequest", "data: must be an object with `channel`, `event` and `data`");
  const [channel, event] = [textOf(members.get("channel")), textOf(members.get("event"))];
  if (channel === undefined || channel === "") return refuse("badRequest", "data.channel: must be a text");
  if (event === undefined) return refuse("badRequest", "data.event: must be a text");
  // So that nobody takes it for an event of the back end, at whichever door it arrives.
  const problem = event.startsWith("client-") ? eventNameProblem(event) : "must begin with `client-`";
  if (problem !== undefined) return refuse("badRequest", `data.event: ${problem}`);
  const data = members.get("data") ?? Buffer.from("{}");
  if (data.length > maxBytes)
    return refuse("limitExceeded", `data.data: is ${data.length} bytes long, the bound is ${maxBytes}`);
  return { channel, event, dataJson: data.toString() };
}

function textOf(json: Buffer | undefined): string | undefined {
  return json?.[0] === 0x22 ? (JSON.parse(json.toString()) as string) : undefined;
}
