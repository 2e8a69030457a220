import type { Publisher } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { readPublicationData } from "@switchyard/broker/publication-data";
import { eventPayload } from "@switchyard/pusher/event";
import type { Client } from "../session/client.ts";
import { refuse, type Refusal } from "../session/refusal.ts";

/** What one client tells the others of a channel: that somebody types, or where their mouse is. */
export interface ClientEvent {
  readonly channel: ChannelName;
  readonly options: ChannelOptions;
  /** Begins with `client-`, which no event of a back end does. */
  readonly name: string;
  /** Any JSON value. */
  readonly dataJson: string;
}

/**
 * Sends an event to every other subscriber of its channel, on all gateways and at every door, with the `info` of who sent it. It is not
 * kept: whoever is away for the moment has not missed anything. Whether the client may is asked before. Undefined: it is done.
 *
 * @throws HubError 100 when Redis does not answer
 */
export async function sendEvent(
  client: Client,
  { channel, options, name, dataJson }: ClientEvent,
  { broker }: { readonly broker: Publisher },
): Promise<Refusal | undefined> {
  // It would take the place of the value that everybody waits for.
  if (options.conflateIntervalMs > 0)
    return refuse("notAvailable", "channel: its namespace sends its newest publication alone (conflate_interval)");
  const read = readPublicationData(Buffer.from(eventPayload(name, dataJson)), options);
  if ("problem" in read) return refuse("badRequest", `data: ${read.problem}`);
  const body = { payload: read.payload, info: client.infoIn(channel) };
  await broker.publish(channel, body, { exclude: client.id, skipHistory: true });
  return undefined;
}
