import { setTimeout as delay } from "node:timers/promises";
import type { ChannelName } from "@switchyard/broker/channel-name";
import { memberOf, type Occupancy } from "@switchyard/broker/occupancy";
import type { PresenceEntry } from "@switchyard/broker/presence";
import type { Logger } from "@switchyard/runtime/logger";
import { Repair } from "./repair.ts";

export interface OccupancyKeeperOptions {
  readonly occupancy: Pick<Occupancy, "write" | "sweep">;
  /** The present lease of this node. */
  readonly lease: () => string;
  /** Undefined: nobody watches the channel. */
  readonly placeOf: (channel: ChannelName) => WatchedPlace | undefined;
  readonly realms: readonly string[];
  readonly logger: Pick<Logger, "info" | "warn">;
}

/** Where a channel of the hub is counted, and by which name. */
export interface WatchedPlace {
  readonly realm: string;
  readonly name: string;
  readonly countsMembers: boolean;
}

/** Fields written in one step; a script must not hold Redis for long. */
const batchSize = 500;

/**
 * Between two writes of a realm. The subscribers of a public channel cost Redis nothing else, so a crowd that comes back to many gateways
 * must not be thousands of writes a second from each.
 */
const paceMs = 25;

/**
 * How many subscriptions this node has to channels of realms, and Redis kept in line with it.
 *
 * The map says what should be, and a set what Redis has not been told yet. What changes after a quiet time is written at once; what
 * changes soon after a write, of however many channels and however often, goes with the next. Nobody waits for a write: a list of
 * channels is a moment behind.
 */
export class OccupancyKeeper {
  readonly #options: OccupancyKeeperOptions;
  readonly #realms: ReadonlyMap<string, RealmCounts>;
  readonly #repair: Repair;
  #dropped = 0;
  #isClosed = false;

  constructor(options: OccupancyKeeperOptions) {
    this.#options = options;
    this.#realms = new Map(options.realms.map((realm) => [realm, { counts: new Map(), unwritten: new Set() }]));
    this.#repair = new Repair({ logger: options.logger, run: () => this.#writeAll() });
  }

  /** Events that gave way because no worker took any. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A channel has so many subscriptions here now. Returns at once. */
  subscribed(channel: ChannelName, subscriptions: number): void {
    const place = this.#options.placeOf(channel);
    if (place !== undefined) this.#set(place.realm, place.name, subscriptions);
  }

  /** A client has come into a channel, or gone. Returns at once. */
  present({ channel, user }: PresenceEntry, change: 1 | -1): void {
    const place = this.#options.placeOf(channel);
    if (place?.countsMembers !== true || user === "") return;
    const field = memberOf(place.name, user);
    this.#set(place.realm, field, (this.#realms.get(place.realm)?.counts.get(field) ?? 0) + change);
  }

  /** Redis may have lost what was written, or this node has a new lease. */
  restore(): void {
    for (const { counts, unwritten } of this.#realms.values()) for (const field of counts.keys()) unwritten.add(field);
    this.#repair.request();
  }

  /** Takes out what a dead node has left. @throws when Redis does not answer */
  async sweep(lease: string): Promise<void> {
    for (const realm of this.#realms.keys()) await this.#options.occupancy.sweep(realm, lease);
  }

  /** Resolves when everything is written, or cannot be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#repair.close();
    await this.#writeAll().catch(() => undefined);
  }

  #set(realm: string, field: string, count: number): void {
    const state = this.#realms.get(realm);
    if (state === undefined) return;
    if (count > 0) state.counts.set(field, count);
    else state.counts.delete(field);
    state.unwritten.add(field);
    state.writing ??= this.#write(realm, state).catch(() => this.#failed());
  }

  #failed(): void {
    if (!this.#isClosed) this.#repair.request();
  }

  async #writeAll(): Promise<void> {
    for (const [realm, state] of this.#realms) {
      await state.writing;
      await (state.writing = this.#write(realm, state));
    }
  }

  async #write(realm: string, state: RealmCounts): Promise<void> {
    try {
      // What happens in one turn, such as the closing of a thousand sockets, gathers.
      await new Promise((resolve) => setImmediate(resolve));
      while (state.unwritten.size > 0) {
        await this.#writeSome(realm, state);
        await delay(paceMs);
      }
    } finally {
      state.writing = undefined;
    }
  }

  async #writeSome(realm: string, { counts, unwritten }: RealmCounts): Promise<void> {
    const { occupancy, lease } = this.#options;
    const fields = [...unwritten.values().take(batchSize)];
    // Before it is sent: what changes while it is under way is written again.
    for (const field of fields) unwritten.delete(field);
    try {
      const written = new Map(fields.map((field) => [field, counts.get(field) ?? 0]));
      this.#dropped += await occupancy.write(realm, lease(), written);
    } catch (error) {
      for (const field of fields) unwritten.add(field);
      throw error;
    }
  }
}

interface RealmCounts {
  /** Of what has any. */
  readonly counts: Map<string, number>;
  readonly unwritten: Set<string>;
  writing?: Promise<void> | undefined;
}
