import type { ChannelName } from "@switchyard/broker/channel-name";
import { randomUUID } from "node:crypto";
import { disconnectCodes, unsubscribeCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { ClientInfo } from "@switchyard/protocol/publication";
import { encodeRefreshPush, encodeUnsubscribePush } from "@switchyard/protocol/push";
import { pingFrame } from "@switchyard/protocol/reply";
import type { LossSource } from "./loss-source.ts";
import { anonymous, type Credentials } from "../access/token-kind.ts";
import { endLabel, type LineEnd } from "../transport/line-end.ts";
import type { Transport, TransportEvents } from "../transport/transport.ts";
import { CommandIntake } from "../doors/centrifuge/command-intake.ts";
import { expiryFields } from "../doors/centrifuge/expiry-fields.ts";
import type { SessionServices } from "./services.ts";
import type { SubscriptionAccess } from "./subscription-access.ts";
import { Subscription, type Subscriber } from "../hub/subscription.ts";

const ping = Buffer.from(pingFrame);

/**
 * One connected client.
 *
 *   connecting   the line is open; the first command must be `connect` and must come within the stale delay (3502). Commands
 *                behind it wait in the backlog, for the SDK pipelines them in the same frame.
 *   connected    commands run one after the other, in the order they came.
 *   refused      `connect` was answered by an error. The SDK closes the line; anything it still sends is 3501.
 *   closed       everything is given back.
 *
 * A frame that breaks the protocol ends the connection with 3501 from any state.
 */
export class Session implements Subscriber, TransportEvents {
  readonly id = randomUUID();
  /** By channel; changed by `join` and `leave` only. */
  readonly subscriptions: Map<string, Subscription> = new Map();
  readonly #transport: Transport;
  readonly #services: SessionServices;
  readonly #intake: CommandIntake;
  #state: "connecting" | "connected" | "refused" | "closed" = "connecting";
  #credentials: Credentials = anonymous;
  #awaitsPong = false;
  #staleTimer: NodeJS.Timeout | undefined;
  #leaveHeartbeat: (() => void) | undefined;

  constructor(transport: Transport, services: SessionServices) {
    this.#transport = transport;
    this.#services = services;
    this.#intake = new CommandIntake(this, services, transport);
    this.#staleTimer = setTimeout(() => this.disconnect(disconnectCodes.stale), services.staleCloseDelayMs);
    services.sessions.addStranger(this);
  }

  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Its connect is answered. Until then nothing may be sent to it. */
  get isConnected(): boolean {
    return this.#state === "connected";
  }

  get isRefused(): boolean {
    return this.#state === "refused";
  }

  get user(): string {
    return this.#credentials.user;
  }

  get credentials(): Credentials {
    return this.#credentials;
  }

  /** How others see this client, in a channel. */
  clientInfo(channel: string): ClientInfo {
    const { user, info } = this.#credentials;
    const channelInfo = this.subscriptions.get(channel)?.access?.info;
    return {
      user,
      client: this.id,
      ...(info === undefined ? {} : { conn_info: info }),
      ...(channelInfo === undefined ? {} : { chan_info: channelInfo }),
    };
  }

  /** From here on it is listed, so that limits count it and revocations find it. */
  authenticate(credentials: Credentials): void {
    if (this.#state === "closed") return;
    this.#credentials = credentials;
    this.#services.sessions.add(this);
    this.#watchExpiry();
  }

  /** The back end moves the end of the connection (undefined: never), and may say anew how others see it. */
  renew(expiresAtMs: number | undefined, info: unknown): void {
    this.#credentials = { ...this.#credentials, expiresAtMs, ...(info === undefined ? {} : { info }) };
    this.#watchExpiry();
    if (this.isConnected) this.send(Buffer.from(encodeRefreshPush(expiryFields(expiresAtMs))));
    if (info === undefined) return;
    for (const subscription of this.subscriptions.values()) {
      this.#services.roster.update(subscription, this.clientInfo(subscription.channel));
    }
  }

  /** A new subscription in its joining state; undefined when the session ended while the command waited for something. */
  join(channel: ChannelName, isServerSide: boolean): Subscription | undefined {
    if (this.#state === "closed") return undefined;
    const subscription = new Subscription(this, channel, isServerSide);
    this.subscriptions.set(channel, subscription);
    return subscription;
  }

  /** Takes a subscription back, whatever state it is in. */
  leave(subscription: Subscription): void {
    if (this.subscriptions.get(subscription.channel) === subscription) this.subscriptions.delete(subscription.channel);
    if (subscription.access?.expiresAtMs !== undefined) this.#services.expiries.delete(subscription);
    this.#services.hub.remove(subscription);
    this.#services.roster.leave(subscription);
  }

  /** What the token of a subscription says, when it begins and at each refresh. */
  grant(subscription: Subscription, access: SubscriptionAccess): void {
    const { expiries, expiredSubCloseDelayMs } = this.#services;
    subscription.access = access;
    expiries.set(subscription, access.expiresAtMs, expiredSubCloseDelayMs);
  }

  /** Takes a subscription away from the client, and says so. */
  endSubscription(subscription: Subscription, reason: Disconnect): void {
    this.leave(subscription);
    this.send(Buffer.from(encodeUnsubscribePush(subscription.channel, reason)));
  }

  /** The connect reply is queued. */
  connected(): void {
    if (this.#state !== "connecting") return;
    this.#state = "connected";
    clearTimeout(this.#staleTimer);
    this.#leaveHeartbeat = this.#services.heartbeat.add(this);
  }

  frame(text: string): void {
    this.#intake.frame(text);
  }

  send(message: Buffer): void {
    this.#transport.send(message);
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

  expire(): void {
    this.disconnect(disconnectCodes.connectionExpired);
  }

  slow(): void {
    // Later, as above.
    queueMicrotask(() => this.disconnect(disconnectCodes.slow));
  }

  ping(): void {
    this.#awaitsPong = true;
    this.send(ping);
  }

  checkAlive(): void {
    if (this.#awaitsPong) this.disconnect(disconnectCodes.noPong);
  }

  disconnect(disconnect: Disconnect): void {
    this.#transport.close(disconnect);
    this.#release();
  }

  inputEnded(): Promise<void> {
    return this.#intake.finish();
  }

  closed(end: LineEnd): void {
    this.#services.metrics.disconnects.inc({ code: endLabel(end) });
    this.#services.logger.debug({ client: this.id, by: end.by, code: end.code }, "disconnected");
    this.#release();
  }

  /** The stale timer keeps running: a client that does not close by itself is closed by it. */
  refuse(): void {
    this.#state = "refused";
    this.#unlist();
    this.#services.sessions.addStranger(this);
    this.#intake.clear();
    for (const subscription of this.subscriptions.values()) this.leave(subscription);
  }

  /** False when nobody had asked for it. */
  takePong(): boolean {
    const wasAwaited = this.#awaitsPong;
    this.#awaitsPong = false;
    return wasAwaited;
  }

  /** Gives everything back at once, before the peer has finished closing, so that nothing is sent to a lost cause. */
  #release(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    clearTimeout(this.#staleTimer);
    this.#leaveHeartbeat?.();
    this.#intake.clear();
    this.#unlist();
    for (const subscription of this.subscriptions.values()) this.leave(subscription);
  }

  #watchExpiry(): void {
    const { expiries, expiredCloseDelayMs } = this.#services;
    expiries.set(this, this.#credentials.expiresAtMs, expiredCloseDelayMs);
  }

  #unlist(): void {
    this.#services.sessions.remove(this);
    if (this.#credentials.expiresAtMs !== undefined) this.#services.expiries.delete(this);
  }
}
