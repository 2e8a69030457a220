import type { ChannelName } from "@switchyard/broker/channel-name";
import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { ClientInfo } from "@switchyard/protocol/publication";
import type { Credentials } from "../access/token-kind.ts";
import type { Asked } from "../decisions/asked.ts";
import type { Delivery } from "../hub/delivery.ts";
import type { Notice } from "../hub/notice.ts";
import type { Subscription, SubscriptionAccess } from "../hub/subscription.ts";
import type { Origin } from "./origin.ts";

/**
 * One connected client, in the terms of the domain: who it is, what it is subscribed to, what can be done with it. Doors,
 * control and revocations speak to this, and nothing in it knows what wire the client speaks.
 *
 *   connecting   its line is open; it must say who it is within the stale delay, or the line is ended (3502), and be let in, or it is
 *                ended for a while (3004): what it waits for is ours, such as a Redis that hangs.
 *   connected    its door has answered that it is in. Until then it is told nothing.
 *   refused      its door has answered that it may not come in. The stale delay runs on: it is to close its line.
 *   closed       everything is given back.
 */
export interface Client {
  /** The public id: others see it in presence, and the back end addresses it. */
  readonly id: string;
  /** Empty for the anonymous user. */
  readonly user: string;
  readonly credentials: Credentials;
  /** What is kept of questions about it; made when it is first asked for. */
  readonly asked: Asked;
  readonly state: ClientState;
  /** Aborted when the client is closed, for whatever was asked on its behalf and is not answered yet. */
  readonly gone: AbortSignal;
  /** How it came in. */
  readonly origin: Origin;
  /** When it was let in, by this node's clock; 0 before. */
  readonly connectedAtMs: number;
  /** By channel; changed by `join` and `leave` only. */
  readonly subscriptions: ReadonlyMap<string, Subscription>;

  /** How others see it, in a channel. */
  infoIn(channel: string): ClientInfo;
  /** It has said who it is: if it is not let in by the end of the stale delay now, that is not its fault. */
  knocked(): void;
  /** Its SDK has said what it is. */
  introduce(name: string | undefined, version: string | undefined): void;
  /** From here on it is listed, so that limits count it and revocations find it. Again when it signs in later. */
  authenticate(credentials: Credentials): void;
  /** Its door has answered that it is in. */
  connected(): void;
  /** Its door answers that it may not come in. */
  refuse(): void;
  /** The back end moves the end of the connection (undefined: never), and may say how others see it from now on, and what it notes. */
  renew(expiresAtMs: number | undefined, info: unknown, meta?: unknown): void;

  /** A new subscription in its joining state; undefined when the client is closed. */
  join(channel: ChannelName, isServerSide: boolean): Subscription | undefined;
  /** What the token of a subscription says, when it begins and at each refresh. */
  grant(subscription: Subscription, access: SubscriptionAccess): void;
  /** Takes a subscription back, whatever state it is in, without a word to the client. */
  leave(subscription: Subscription): void;
  /** Takes a subscription away from the client, and says so. */
  endSubscription(subscription: Subscription, reason: Disconnect): void;

  /** Tells this client alone. */
  tell(notice: Notice): void;
  /** Tells it what others are told too: they share the bytes. */
  deliver(delivery: Delivery): void;
  /** False when nobody had pinged it. */
  takePong(): boolean;
  /**
   * Says that it will be disconnected, and may come back in so many milliseconds. False: nothing was said, for it is not in yet, takes
   * nothing at the moment, or is sent away for something it knows.
   */
  announceEnd(disconnect: Disconnect, inMs: number): boolean;
  /** Ends its line. Every end that is ours comes through here, so none comes without the word before it that is owed. */
  disconnect(disconnect: Disconnect, isAnnounced?: boolean): void;
}

export type ClientState = "connecting" | "connected" | "refused" | "closed";

/** How others see a client in a channel: what its back end says of it, everywhere and there. */
export function infoIn(
  { id, credentials, subscriptions }: Pick<Client, "id" | "credentials" | "subscriptions">,
  channel: string,
): ClientInfo {
  const { user, info } = credentials;
  const access = subscriptions.get(channel)?.access;
  return {
    user: access?.user ?? user,
    client: id,
    ...(info === undefined ? {} : { conn_info: info }),
    ...(access?.info === undefined ? {} : { chan_info: access.info }),
  };
}
