import type { Logger } from "@switchyard/runtime/logger";
import type { Redis } from "ioredis";
import type { OnPublication } from "../../broker.ts";
import type { ChannelName } from "../../channel-name.ts";
import type { OnPresence } from "../../presence.ts";
import { parseEnvelope } from "./envelope.ts";
import { channelKeys, channelOfPubsub } from "../keys.ts";
import { parsePresenceEnvelope } from "../presence/presence-envelope.ts";

export interface RedisSubscriberOptions {
  /** A connection of its own; it turns into subscriber mode. */
  readonly connection: Redis;
  readonly prefix: string;
  readonly logger: Logger;
  readonly onPublication: OnPublication;
  /** The publisher wants to know how many connections here were handed a publication; default: it is not told. */
  readonly onReceipt?: (receiptTo: string, connections: number) => void;
  /** Default: joins and leaves are not heard. */
  readonly onPresence?: OnPresence;
  /** Called when interest was restored after a lost connection: publications in between may be missing. */
  readonly onRestored: () => void;
}

/** Channels of one SUBSCRIBE command. Larger ones make Redis answer in bursts that delay publications behind them. */
const subscribeBatchSize = 512;
const retryMs = 250;

/**
 * One node's ear on Redis.
 *
 * `#interest` is what this node wants, whether or not Redis knows it at the moment. Wishes of one event-loop turn leave as one
 * command. When the connection is lost every acknowledgement is void; on the next `ready` everything is subscribed again, and
 * callers of `subscribe` wait through that, so an acknowledgement always means "from now on nothing is missed".
 *
 * Beside channels there are the hub's own pub/sub names (`listen`): the probe, the control channel, a node's inbox.
 */
export class RedisSubscriber {
  readonly #connection: Redis;
  readonly #prefix: string;
  readonly #logger: Logger;
  readonly #onPublication: OnPublication;
  readonly #onReceipt: NonNullable<RedisSubscriberOptions["onReceipt"]>;
  readonly #onPresence: OnPresence;
  readonly #onRestored: () => void;
  /** Wanted channels; `done` once Redis has acknowledged on the present connection. */
  readonly #interest = new Map<ChannelName, { acknowledged: PromiseWithResolvers<void>; done: boolean }>();
  /** Wanted, but not yet sent; only non-empty within one turn, or while the connection is down. */
  readonly #unsent = new Set<ChannelName>();
  readonly #listeners = new Map<string, (payload: Buffer) => void>();
  #flushScheduled = false;
  #closed = false;

  constructor(options: RedisSubscriberOptions) {
    this.#connection = options.connection;
    this.#prefix = options.prefix;
    this.#logger = options.logger;
    this.#onPublication = options.onPublication;
    this.#onReceipt = options.onReceipt ?? (() => undefined);
    this.#onPresence = options.onPresence ?? (() => undefined);
    this.#onRestored = options.onRestored;
  }

  start(): void {
    this.#connection.on("messageBuffer", (name: Buffer, payload: Buffer) => this.#receive(name, payload));
    this.#connection.on("close", () => this.#voidAcknowledgements());
    this.#connection.on("ready", () => void this.#restore());
  }

  subscribe(channel: ChannelName): Promise<void> {
    const wanted = this.#interest.get(channel);
    if (wanted !== undefined) return wanted.acknowledged.promise;
    const acknowledged = Promise.withResolvers<void>();
    this.#interest.set(channel, { acknowledged, done: false });
    this.#unsent.add(channel);
    this.#scheduleFlush();
    return acknowledged.promise;
  }

  async unsubscribe(channel: ChannelName): Promise<void> {
    if (!this.#interest.delete(channel)) return;
    if (this.#unsent.delete(channel)) return;
    // A failure means the connection is gone, and the interest with it.
    await this.#connection.unsubscribe(channelKeys(this.#prefix, channel).pubsub).catch(() => undefined);
  }

  /** See `Broker.hearing`: every acknowledgement has an object of its own. */
  hearing(channel: ChannelName): object | undefined {
    const wanted = this.#interest.get(channel);
    return wanted?.done === true ? wanted.acknowledged : undefined;
  }

  /** Hears a pub/sub name of the hub's own from now on, across reconnects. */
  async listen(name: string, listener: (payload: Buffer) => void): Promise<void> {
    this.#listeners.set(name, listener);
    await this.#connection.subscribe(name);
  }

  /** Drops a connection that is open but deaf; it comes back by itself. */
  reconnect(): void {
    this.#connection.disconnect(true);
  }

  close(): void {
    this.#closed = true;
    this.#connection.disconnect();
  }

  #receive(nameBytes: Buffer, payload: Buffer): void {
    const name = nameBytes.toString();
    const channel = channelOfPubsub(this.#prefix, name);
    if (channel === undefined) {
      this.#listeners.get(name)?.(payload);
      return;
    }
    const publication = parseEnvelope(payload);
    if (publication === undefined) return this.#receiveOther(channel, payload);
    const connections = this.#onPublication(channel, publication);
    if (publication.receiptTo !== undefined) this.#onReceipt(publication.receiptTo, connections);
  }

  #receiveOther(channel: ChannelName, payload: Buffer): void {
    const signal = parsePresenceEnvelope(payload);
    if (signal === undefined) this.#logger.warn({ channel }, "foreign message on a channel");
    else this.#onPresence(channel, signal);
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    setImmediate(() => {
      this.#flushScheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    if (this.#closed || this.#connection.status !== "ready") return;
    const channels = [...this.#unsent];
    this.#unsent.clear();
    const batches: Promise<void>[] = [];
    for (let start = 0; start < channels.length; start += subscribeBatchSize) {
      batches.push(this.#subscribeBatch(channels.slice(start, start + subscribeBatchSize)));
    }
    await Promise.all(batches);
  }

  async #subscribeBatch(channels: ChannelName[]): Promise<void> {
    try {
      await this.#connection.subscribe(...channels.map((channel) => channelKeys(this.#prefix, channel).pubsub));
      for (const channel of channels) this.#acknowledge(channel);
    } catch (error) {
      // Still wanted, and `ready` comes again; a timeout on a live connection has no such event, so try again soon.
      for (const channel of channels) if (this.#interest.has(channel)) this.#unsent.add(channel);
      if (this.#closed) return;
      this.#logger.warn({ err: error, channels: channels.length }, "subscribe failed");
      if (this.#connection.status === "ready") setTimeout(() => this.#scheduleFlush(), retryMs).unref();
    }
  }

  #acknowledge(channel: ChannelName): void {
    const wanted = this.#interest.get(channel);
    if (wanted === undefined) return;
    wanted.done = true;
    wanted.acknowledged.resolve();
  }

  #voidAcknowledgements(): void {
    for (const wanted of this.#interest.values()) {
      if (!wanted.done) continue;
      wanted.done = false;
      wanted.acknowledged = Promise.withResolvers();
    }
  }

  async #restore(): Promise<void> {
    try {
      if (this.#listeners.size > 0) await this.#connection.subscribe(...this.#listeners.keys());
    } catch (error) {
      this.#logger.warn({ err: error }, "subscribe failed");
    }
    for (const channel of this.#interest.keys()) this.#unsent.add(channel);
    await this.#flush();
    this.#onRestored();
  }
}
