import { randomUUID } from "node:crypto";
import type { ChannelName } from "@switchyard/broker/channel-name";
import { disconnectCodes, unsubscribeCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { ClientInfo } from "@switchyard/protocol/publication";
import { anonymous, type Credentials, keepNotes } from "../access/token-kind.ts";
import { Asked } from "../decisions/asked.ts";
import type { Delivery } from "../hub/delivery.ts";
import type { Encoder, Notice } from "../hub/notice.ts";
import { Subscription, type LossSource, type Subscriber, type SubscriptionAccess } from "../hub/subscription.ts";
import { endLabel, type LineEnd } from "../carriers/line-end.ts";
import type { Parting, Transport } from "../carriers/transport.ts";
import { type Client, type ClientState, infoIn } from "./client.ts";
import { delayBehindEnd, endConnectionUnlessItGoesOn, endSubscriptionUnlessItGoesOn } from "./client-expiry.ts";
import type { Origin } from "./origin.ts";
import { isTold, partingOf } from "./parting.ts";
import { StaleWatch } from "./stale-watch.ts";
import type { SessionOptions, SessionServices } from "./services.ts";

/** A {@link Client} on a line; what it asks is its door's business, what it has and is told is this one's. */
export class Session implements Client, Subscriber {
  readonly id: string;
  origin: Origin;
  connectedAtMs = 0;
  credentials: Credentials = anonymous;
  readonly subscriptions: Map<string, Subscription> = new Map();
  readonly #transport: Transport;
  #encoder: Encoder;
  readonly #services: SessionServices;
  #state: ClientState = "connecting";
  #awaitsPong = false;
  #stale: StaleWatch | undefined;
  #asked: Asked | undefined;

  constructor({ transport, encoder, services, origin, id = randomUUID(), headers }: SessionOptions) {
    this.id = id;
    this.origin = origin;
    if (headers !== undefined) this.asked.transportHeaders = headers;
    this.#transport = transport;
    this.#encoder = encoder;
    this.#services = services;
    this.#stale = new StaleWatch(services.staleCloseDelayMs, (hasKnocked) => {
      // With 3502 a client would stay away for good.
      const waitsForUs = hasKnocked && this.#state === "connecting";
      this.disconnect(waitsForUs ? disconnectCodes.serverError : disconnectCodes.stale);
    });
  }

  get state(): ClientState {
    return this.#state;
  }

  get user(): string {
    return this.credentials.user;
  }

  get gone(): AbortSignal {
    return this.#state === "closed" ? AbortSignal.abort() : this.asked.signal;
  }

  get asked(): Asked {
    return (this.#asked ??= new Asked());
  }

  infoIn(channel: string): ClientInfo {
    return infoIn(this, channel);
  }

  knocked(): void {
    this.#stale?.knocked();
  }

  introduce(name: string | undefined, version: string | undefined): void {
    this.origin = this.origin.of(name, version);
  }

  authenticate(credentials: Credentials): void {
    if (this.#state === "closed") return;
    // It may be listed already, as the anonymous user it was until it signed in.
    this.#services.sessions.remove(this);
    this.credentials = keepNotes(credentials, this.credentials);
    this.#services.sessions.add(this);
    this.#watchExpiry();
    if (this.#state === "connected") this.#services.connections?.changed(this);
  }

  connected(): void {
    if (this.#state !== "connecting") return;
    this.#state = "connected";
    this.connectedAtMs = Date.now();
    this.#stopStaleWatch();
    this.#services.heartbeat.add(this);
    this.#services.connections?.opened(this);
  }

  /** The stale watch goes on: a client that does not close by itself is closed by it. */
  refuse(): void {
    if (this.#state === "closed") return;
    this.#state = "refused";
    this.#giveBack();
  }

  renew(expiresAtMs: number | undefined, info: unknown, meta?: unknown): void {
    const said = { ...(info === undefined ? {} : { info }), ...(meta === undefined ? {} : { meta }) };
    this.credentials = { ...this.credentials, ...said, expiresAtMs };
    this.#watchExpiry();
    // Where the client has no part in it, it has never heard of an end.
    const isToldOf = this.#state === "connected" && this.credentials.refreshedBy === undefined;
    if (isToldOf) this.tell({ kind: "refreshed", expiresAtMs });
    if (meta !== undefined && this.#state === "connected") this.#services.connections?.changed(this);
    for (const subscription of info === undefined ? [] : this.subscriptions.values()) {
      this.#services.roster.update(subscription, this.infoIn(subscription.channel));
    }
  }

  join(channel: ChannelName, isServerSide: boolean): Subscription | undefined {
    if (this.#state === "closed") return undefined;
    const subscription = new Subscription(this, channel, isServerSide);
    this.subscriptions.set(channel, subscription);
    return subscription;
  }

  grant(subscription: Subscription, access: SubscriptionAccess): void {
    const { expiries, expiredSubCloseDelayMs } = this.#services;
    subscription.access = access;
    expiries.set(subscription, access.expiresAtMs, delayBehindEnd(access, expiredSubCloseDelayMs));
  }

  leave(subscription: Subscription): void {
    if (this.subscriptions.get(subscription.channel) === subscription) this.subscriptions.delete(subscription.channel);
    if (subscription.access?.expiresAtMs !== undefined) this.#services.expiries.delete(subscription);
    this.#services.hub.remove(subscription);
    this.#services.roster.leave(subscription);
    if (this.#state !== "closed") this.#services.connections?.unsubscribed(this, subscription.channel);
  }

  wentLive(subscription: Subscription): void {
    this.#services.connections?.subscribed(this, subscription.channel);
  }

  endSubscription(subscription: Subscription, reason: Disconnect): void {
    this.leave(subscription);
    this.tell({ kind: "unsubscribed", channel: subscription.channel, reason });
  }

  insufficientState(subscription: Subscription, source: LossSource): void {
    const { channel } = subscription;
    this.#services.metrics.losses.inc({ source });
    // Later, because this is called while the hub walks the list the subscription is in.
    queueMicrotask(() => {
      if (this.subscriptions.get(channel) !== subscription) return;
      if (subscription.isServerSide) this.disconnect(disconnectCodes.insufficientState);
      else this.endSubscription(subscription, unsubscribeCodes.insufficientState);
    });
  }

  /** From here on, in another form of its wire. */
  readIn(encoder: Encoder): void {
    this.#encoder = encoder;
  }

  tell(notice: Notice): void {
    this.#transport.send(this.#encoder.encode(notice));
  }

  deliver(delivery: Delivery): void {
    this.#transport.send(delivery.bytes(this.#encoder));
  }

  expire(): void {
    void endConnectionUnlessItGoesOn(this, this.#services);
  }

  expireSubscription(subscription: Subscription): void {
    void endSubscriptionUnlessItGoesOn(this, subscription, this.#services);
  }

  /** The transport holds more than it may for a client that does not read. */
  slow(): void {
    // Later, as above.
    queueMicrotask(() => this.disconnect(disconnectCodes.slow));
  }

  ping(): void {
    this.#awaitsPong = this.#encoder.hasPongs;
    this.#transport.send(this.#encoder.ping);
  }

  checkAlive(): void {
    // Its pong may have met another node while Redis was away, and nobody says a pong twice. The next ping tells who is gone.
    if (this.#transport.hasUplinks === true && this.#services.uplinksMayBeLost()) return;
    if (this.#awaitsPong) this.disconnect(disconnectCodes.noPong);
  }

  takePong(): boolean {
    const wasAwaited = this.#awaitsPong;
    this.#awaitsPong = false;
    return wasAwaited;
  }

  announceEnd(disconnect: Disconnect, inMs: number): boolean {
    return this.#announce({ ...partingOf(disconnect), reconnectAfterMs: inMs });
  }

  disconnect(disconnect: Disconnect, isAnnounced = false): void {
    const parting = partingOf(disconnect);
    if (!isAnnounced) this.#announce(parting);
    this.#transport.close(parting);
    this.#release({ by: "us", ...disconnect });
  }

  #announce(parting: Parting): boolean {
    const isHeard = this.#state === "connected" && !this.#transport.isBehind && isTold(parting);
    if (isHeard) this.tell({ kind: "closing", ...parting });
    return isHeard;
  }

  /** The line is over. */
  closed(end: LineEnd): void {
    this.#services.metrics.disconnects.inc({ code: endLabel(end) });
    this.#services.logger.debug({ client: this.id, by: end.by, code: end.code }, "disconnected");
    this.#release(end);
  }

  /** Gives everything back at once, before the peer has finished closing, so that nothing is sent to a lost cause. */
  #release(end: LineEnd): void {
    if (this.#state === "closed") return;
    if (this.#state === "connected") this.#services.connections?.closed(this, end);
    this.#state = "closed";
    this.#stopStaleWatch();
    this.#services.heartbeat.delete(this);
    this.#giveBack();
  }

  #stopStaleWatch(): void {
    this.#stale?.stop();
    this.#stale = undefined;
  }

  #watchExpiry(): void {
    const { expiries, expiredCloseDelayMs } = this.#services;
    expiries.set(this, this.credentials.expiresAtMs, delayBehindEnd(this.credentials, expiredCloseDelayMs));
  }

  #giveBack(): void {
    this.#services.sessions.remove(this);
    if (this.credentials.expiresAtMs !== undefined) this.#services.expiries.delete(this);
    for (const subscription of this.subscriptions.values()) this.leave(subscription);
    this.#asked?.end();
  }
}
