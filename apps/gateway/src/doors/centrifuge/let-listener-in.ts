import type { ConnectRequest } from "@switchyard/protocol/commands/connect";
import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { ConnectionResult } from "@switchyard/protocol/encoding/results";
import { findUnservedField } from "@switchyard/protocol/request-fields";
import type { SentPublication } from "@switchyard/protocol/publication-delta";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { Subscription } from "../../hub/subscription.ts";
import type { Admitted } from "../../session/admit.ts";
import type { Client } from "../../session/client.ts";
import { orRefusal, refuse, type Refusal } from "../../session/refusal.ts";
import type { SubscribeWish } from "../../session/subscribe-client.ts";
import { admitBy, connectionResult } from "./commands/connect.ts";
import { endOfRefused } from "../end-of-refused.ts";
import type { PlaceIn } from "./event-id.ts";
import { EventLine } from "./event-line.ts";
import type { ListenerForm } from "./listener-form.ts";
import type { Line } from "../seat.ts";
import type { CentrifugeServices } from "./services.ts";

export interface Listener {
  readonly client: Client;
  readonly line: Line;
  readonly form: ListenerForm;
  readonly request: ConnectRequest;
  readonly placeIn: PlaceIn | undefined;
  /** Ends it, and says in the log what was wrong. */
  readonly refuse: (end: Disconnect) => void;
}

/** A client that only listens connects: it is told that it is in, then what it has missed, then what comes. */
export async function letListenerIn(listener: Listener, services: CentrifugeServices): Promise<void> {
  const { client } = listener;
  const admitted = await orRefusal(() => admitListener(listener, services), "connect", services);
  const isRefused = "kind" in admitted;
  services.metrics.commands.inc({ method: "connect", outcome: isRefused ? admitted.kind : "reply" });
  if (isRefused) return listener.refuse(endOfRefused(admitted));
  // It went away meanwhile, or was sent away.
  if (client.state !== "connecting") return;
  welcome(listener, admitted, services);
}

function admitListener(
  { client, line, request, placeIn }: Listener,
  services: CentrifugeServices,
): Promise<Admitted | Refusal> | Refusal {
  const unserved = findUnservedField("connect", request);
  if (unserved !== undefined) return refuse(unserved.error, `${unserved.field} is not served`);
  // Its events say where it stands, so it can continue wherever the channel allows it.
  const isRecoverable = line instanceof EventLine;
  const tailor = (wish: SubscribeWish, channel: string): SubscribeWish => ({
    ...wish,
    ...(isRecoverable ? { isRecoverable } : {}),
    // An address is made once and asked again and again, so what it says of positions is older.
    ...(placeIn === undefined ? {} : { from: placeIn(channel) }),
  });
  return admitBy(client, request, services, tailor);
}

function welcome(listener: Listener, admitted: Admitted, services: CentrifugeServices): void {
  const { client, line, form, placeIn } = listener;
  const result = connectionResult(client, admitted, services);
  const { told, missed } = placeIn === undefined ? { told: result, missed: new Map() } : apart(result);
  const places = new Map<Subscription, StreamPosition>();
  for (const { subscription } of admitted.subscriptions) {
    const place = placeBehind(told.subs?.get(subscription.channel));
    if (place !== undefined) places.set(subscription, place);
  }
  if (line instanceof EventLine) line.places = () => places;
  line.send(form.push({ kind: "connect", result: told }));
  for (const { subscription, position } of admitted.subscriptions) {
    const { channel } = subscription;
    for (const publication of missed.get(channel) ?? []) {
      if (position !== undefined) places.set(subscription, { epoch: position.epoch, offset: publication.offset });
      line.send(form.encoder.encode({ kind: "publication", channel, publication }));
    }
  }
  if (line instanceof EventLine) line.places = () => placesOf(client);
  admitted.begin();
}

type Missed = ReadonlyMap<string, readonly SentPublication[]>;
type Subscribed = NonNullable<ConnectionResult["subs"]> extends ReadonlyMap<string, infer S> ? S : never;

/**
 * What was missed, apart from the rest: to a page that came back by itself it is sent as it would have been had the page stayed.
 * Who names positions in its request gets it in the answer, as at Centrifugo.
 */
function apart({ subs = new Map(), ...result }: ConnectionResult): { told: ConnectionResult; missed: Missed } {
  const missed = new Map<string, readonly SentPublication[]>();
  const told = new Map<string, Subscribed>();
  for (const [channel, { publications = [], ...rest }] of subs) {
    told.set(channel, rest);
    missed.set(channel, publications);
  }
  return { told: { ...result, subs: told }, missed };
}

/** Where a client stands that has been told of a subscription, and was handed all that is in it. */
function placeBehind(told: Subscribed | undefined): StreamPosition | undefined {
  if (told?.epoch === undefined) return undefined;
  return { epoch: told.epoch, offset: told.publications?.at(-1)?.offset ?? told.offset ?? 0 };
}

function* placesOf({ subscriptions }: Pick<Client, "subscriptions">) {
  for (const subscription of subscriptions.values()) {
    const { position } = subscription;
    if (position !== undefined) yield [subscription, position] as const;
  }
}
