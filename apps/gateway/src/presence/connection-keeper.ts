import type { ConnectionEnd, ConnectionFacts, ConnectionWriter } from "@switchyard/broker/connection-index";
import type { Logger } from "@switchyard/runtime/logger";
import type { LineEnd } from "../carriers/line-end.ts";
import { type Change, ConnectionChanges } from "./connection-changes.ts";
import { Repair } from "./repair.ts";

export interface ConnectionKeeperOptions {
  readonly writer: Pick<ConnectionWriter, "write" | "sweep">;
  /** The present lease of this node. */
  readonly lease: () => string;
  /** Every client that is in. */
  readonly connected: () => Iterable<IndexedClient>;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly tells?: ConnectionTells;
}

/** What back ends are told, beside what the index holds. */
export interface ConnectionTells {
  readonly connections: boolean;
  /** Who is subscribed to this channel. */
  readonly subscriptions: (channel: string) => boolean;
}

/** A client, seen narrowly. What it is known by is read when it is written. */
export interface IndexedClient {
  readonly id: string;
  readonly user: string;
  readonly connectedAtMs: number;
  readonly origin: { readonly facts: Pick<ConnectionFacts, "door" | "transport" | "protocol" | "name" | "version"> };
  /** What its back end has said of it. */
  readonly credentials: { readonly meta?: unknown };
  readonly subscriptions: ReadonlyMap<string, { readonly isLive: boolean }>;
}

/** Clients written in one step; a script must not hold Redis for long. */
const batchSize = 500;
/** Between two writes: a herd is forty a second, whatever its size. */
const paceMs = 25;

const nothing: ConnectionTells = { connections: false, subscriptions: () => false };

/**
 * The clients of this node, and the index kept in line with them.
 *
 * Nobody waits for it. A change after a quiet time is written at once; those that come soon after go with the next write. What could not be
 * written waits, as one change for each client: so while Redis is away this holds as much as there are clients, and who came and went
 * meanwhile leaves no trace.
 */
export class ConnectionKeeper {
  readonly #options: ConnectionKeeperOptions;
  readonly #tells: ConnectionTells;
  readonly #changes = new ConnectionChanges();
  readonly #repair: Repair;
  #writing: Promise<void> | undefined;
  /** Under which this node has written. */
  #lease: string | undefined;
  /** The one before, until everything has moved. */
  #formerLease: string | undefined;
  #restoredLease: string | undefined;
  /** One attempt a second then, not one for each change. */
  #isFailing = false;
  #isClosed = false;
  #dropped = 0;

  constructor(options: ConnectionKeeperOptions) {
    this.#options = options;
    this.#tells = options.tells ?? nothing;
    this.#repair = new Repair({ logger: options.logger, run: () => this.#writeAll() });
  }

  /** Events that gave way because no worker took any. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Its door has told it that it is in. Returns at once, as all of these do. */
  opened(client: IndexedClient): void {
    this.#changes.open(client, "new");
    this.#begin();
  }

  /** It is known by something else than before. */
  changed(client: IndexedClient): void {
    this.#changes.open(client, "known");
    this.#begin();
  }

  subscribed(client: IndexedClient, channel: string): void {
    this.#move(client, channel, true);
  }

  unsubscribed(client: IndexedClient, channel: string): void {
    this.#move(client, channel, false);
  }

  /** While it still has its subscriptions. */
  closed(client: IndexedClient, { by, code, reason = "" }: LineEnd): void {
    const { id, user, connectedAtMs, subscriptions } = client;
    const durationMs = Math.max(0, Date.now() - connectedAtMs);
    const initiator = by === "peer" ? "client" : "hub";
    const end: ConnectionEnd = { code, reason, initiator, durationMs, channels: [...subscriptions.keys()] };
    this.#changes.close(id, this.#tells.connections ? { user, end } : { user });
    this.#begin();
  }

  /** Redis may have lost what was written, or this node has a new lease. */
  restore(): void {
    this.#restoredLease = this.#options.lease();
    for (const client of this.#options.connected()) {
      this.#changes.open(client, "known");
      for (const [channel, { isLive }] of client.subscriptions) {
        if (isLive && this.#tells.subscriptions(channel)) this.#changes.move(client, channel, true);
      }
    }
    this.#repair.request();
  }

  /** Takes out what a dead node has left. @throws when Redis does not answer */
  async sweep(lease: string): Promise<void> {
    await this.#options.writer.sweep(lease);
  }

  /** Resolves when everything is written, or cannot be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#repair.close();
    await this.#writeAll().catch(() => undefined);
  }

  #move(client: IndexedClient, channel: string, isIn: boolean): void {
    if (!this.#tells.subscriptions(channel)) return;
    this.#changes.move(client, channel, isIn);
    this.#begin();
  }

  #begin(): void {
    if (this.#isFailing) return;
    this.#writing ??= this.#write().catch(() => {
      if (!this.#isClosed) this.#repair.request();
    });
  }

  async #writeAll(): Promise<void> {
    await this.#writing;
    await (this.#writing = this.#write());
  }

  async #write(): Promise<void> {
    try {
      // What happens in one turn, such as the closing of a thousand sockets, gathers.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#changes.size > 0) {
        await this.#writeSome();
        if (!this.#isClosed) await new Promise((resolve) => setTimeout(resolve, paceMs));
      }
      this.#isFailing = false;
      if (this.#restoredLease === this.#lease) this.#formerLease = undefined;
    } catch (error) {
      this.#isFailing = true;
      throw error;
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeSome(): Promise<void> {
    // Before it is sent: what changes while it is under way is written again.
    const taken: ReadonlyMap<string, Change> = this.#changes.take(batchSize);
    try {
      const lease = this.#takeLease();
      const batch = ConnectionChanges.toBatch(taken);
      this.#dropped += await this.#options.writer.write({ lease, formerLease: this.#formerLease, ...batch });
    } catch (error) {
      this.#changes.putBack(taken);
      throw error;
    }
  }

  #takeLease(): string {
    const lease = this.#options.lease();
    if (lease !== this.#lease) [this.#formerLease, this.#lease] = [this.#lease, lease];
    return lease;
  }
}
