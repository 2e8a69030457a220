import { randomUUID } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { Redis } from "ioredis";
import type { OnPublication } from "../broker.ts";
import { parseEnvelope } from "./envelope.ts";
import { channelKeys, channelOfPubsub, probeChannel } from "./keys.ts";

export interface RedisSubscriberOptions {
  /** A connection of its own; it turns into subscriber mode. */
  readonly connection: Redis;
  readonly prefix: string;
  readonly logger: Logger;
  readonly onPublication: OnPublication;
  /** Called when interest was restored after a lost connection: publications in between may be missing. */
  readonly onRestored: () => void;
}

/** Channels of one SUBSCRIBE command. Larger ones make Redis answer in bursts that delay publications behind them. */
const subscribeBatchSize = 512;

/**
 * One node's ear on Redis.
 *
 * `#interest` is what this node wants, whether or not Redis knows it at the moment. Wishes of one event-loop turn leave as one
 * command. When the connection is lost, waiting and confirmed interest alike is subscribed again on the next `ready`; callers
 * of `subscribe` wait through that, so an acknowledgement always means "from now on nothing is missed".
 */
export class RedisSubscriber {
  readonly #connection: Redis;
  readonly #prefix: string;
  readonly #logger: Logger;
  readonly #onPublication: OnPublication;
  readonly #onRestored: () => void;
  readonly #interest = new Map<string, PromiseWithResolvers<void>>();
  /** Wanted, but not yet sent; only non-empty within one turn, or while the connection is down. */
  readonly #unsent = new Set<string>();
  readonly #probe = { channel: "", waiting: new Map<string, () => void>() };
  #flushScheduled = false;
  #closed = false;

  constructor(options: RedisSubscriberOptions) {
    this.#connection = options.connection;
    this.#prefix = options.prefix;
    this.#logger = options.logger;
    this.#onPublication = options.onPublication;
    this.#onRestored = options.onRestored;
    this.#probe.channel = probeChannel(options.prefix, randomUUID());
  }

  async start(): Promise<void> {
    this.#connection.on("messageBuffer", (name: Buffer, payload: Buffer) => this.#receive(name, payload));
    this.#connection.on("ready", () => void this.#restore());
    await this.#connection.subscribe(this.#probe.channel);
  }

  subscribe(channel: string): Promise<void> {
    const wanted = this.#interest.get(channel);
    if (wanted !== undefined) return wanted.promise;
    const acknowledged = Promise.withResolvers<void>();
    this.#interest.set(channel, acknowledged);
    this.#unsent.add(channel);
    this.#scheduleFlush();
    return acknowledged.promise;
  }

  async unsubscribe(channel: string): Promise<void> {
    if (!this.#interest.delete(channel)) return;
    if (this.#unsent.delete(channel)) return;
    // A failure means the connection is gone, and the interest with it.
    await this.#connection.unsubscribe(channelKeys(this.#prefix, channel).pubsub).catch(() => undefined);
  }

  /** Publishes to itself through `publisher`; resolves when it was heard, rejects after `timeoutMs`. */
  async probe(publisher: Pick<Redis, "publish">, timeoutMs: number): Promise<void> {
    const id = randomUUID();
    const heard = Promise.withResolvers<void>();
    const timer = setTimeout(() => heard.reject(new Error("the subscriber connection is deaf")), timeoutMs);
    this.#probe.waiting.set(id, heard.resolve);
    try {
      await publisher.publish(this.#probe.channel, id);
      await heard.promise;
    } finally {
      clearTimeout(timer);
      this.#probe.waiting.delete(id);
    }
  }

  close(): void {
    this.#closed = true;
    this.#connection.disconnect();
  }

  #receive(nameBytes: Buffer, payload: Buffer): void {
    const name = nameBytes.toString();
    if (name === this.#probe.channel) {
      this.#probe.waiting.get(payload.toString())?.();
      return;
    }
    const channel = channelOfPubsub(this.#prefix, name);
    const publication = parseEnvelope(payload);
    if (channel === undefined || publication === undefined) {
      this.#logger.warn({ name }, "foreign message on a channel");
      return;
    }
    this.#onPublication(channel, publication);
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

  async #subscribeBatch(channels: string[]): Promise<void> {
    try {
      await this.#connection.subscribe(...channels.map((channel) => channelKeys(this.#prefix, channel).pubsub));
      for (const channel of channels) this.#interest.get(channel)?.resolve();
    } catch (error) {
      // Still wanted, and `ready` comes again; a timeout on a live connection has no such event, so try again soon.
      for (const channel of channels) if (this.#interest.has(channel)) this.#unsent.add(channel);
      if (this.#closed) return;
      this.#logger.warn({ err: error, channels: channels.length }, "subscribe failed");
      if (this.#connection.status === "ready") setTimeout(() => this.#scheduleFlush(), 250).unref();
    }
  }

  async #restore(): Promise<void> {
    try {
      await this.#connection.subscribe(this.#probe.channel);
    } catch (error) {
      this.#logger.warn({ err: error }, "subscribe failed");
    }
    for (const channel of this.#interest.keys()) this.#unsent.add(channel);
    await this.#flush();
    this.#onRestored();
  }
}
