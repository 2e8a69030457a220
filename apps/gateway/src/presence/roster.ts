import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import type { Presence, PresenceChange, PresenceEntry, PresenceMember } from "@switchyard/broker/presence";
import { splitChannelName, userChannel } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";
import type { ClientInfo } from "@switchyard/protocol/publication";
import type { Logger } from "@switchyard/runtime/logger";
import type { Subscription } from "../hub/subscription.ts";
import { Repair } from "./repair.ts";
import { Turns } from "./turns.ts";

export interface RosterOptions {
  readonly presence: Pick<Presence, "add" | "linger" | "remove" | "indexOf">;
  /** The present lease of this node. */
  readonly lease: () => string;
  readonly onChange: (channel: ChannelName, change: PresenceChange) => void;
  /** Told of each client of this node that comes or goes, before Redis is. */
  readonly onMember?: ((entry: PresenceEntry, change: 1 | -1) => void) | undefined;
  readonly logger: Pick<Logger, "info" | "warn">;
}

interface Present {
  readonly subscription: Subscription;
  readonly entry: PresenceEntry;
  readonly leaveDebounceMs: number;
}

/** Entries written or removed at the same time, so that a mass disconnect does not bury Redis in one turn. */
const batchSize = 128;

/**
 * Who of this node's clients is in which channel, and Redis kept in line with it.
 *
 * The maps say what should be: present, lingering, or neither. Writing an entry always looks there for what to write, in turn
 * per client and channel, so coming and going in any order ends in what holds last. A client that comes waits for its entry, for it
 * may ask at once who is there. A client that goes waits for nothing: its socket is closed first, Redis is told from a
 * queue. Whatever could not be written is found again in this node's index (see {@link repair}), so nothing is kept in memory
 * for clients that are gone, however long Redis is away.
 */
export class Roster {
  readonly #options: RosterOptions;
  readonly #present = new Map<string, Present>();
  readonly #lingering = new Map<string, NodeJS.Timeout>();
  readonly #gone = new Map<string, PresenceMember>();
  readonly #turns = new Turns();
  readonly #repair: Repair;
  #emptying: Promise<void> | undefined;
  #closing = false;

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#repair = new Repair({ logger: options.logger, run: (rewriting) => this.repair(rewriting) });
  }

  /** Entries of this node's clients. */
  get size(): number {
    return this.#present.size;
  }

  /**
   * Resolves when everybody can see the client. Nothing to do where the channel keeps no presence, or the subscription has ended
   * meanwhile.
   * @throws HubError 100 (temporary) when Redis does not answer; the client is not in the channel then.
   */
  async join(subscription: Subscription, options: ChannelOptions, info: ClientInfo): Promise<void> {
    const { channel } = subscription;
    if (!keepsPresence(options) || subscription.hasEnded || !isAtHome(channel, info.user)) return;
    const { user, client } = info;
    const key = keyOf({ channel, client });
    const entry = { channel, client, user, infoJson: JSON.stringify(info), isTold: options.join_leave };
    const present = { subscription, entry, leaveDebounceMs: user === "" ? 0 : options.leaveDebounceMs };
    this.#stopLingering(key);
    this.#put(key, present);
    try {
      await this.#write(key, entry);
    } catch (error) {
      if (this.#present.get(key) === present) this.#take(key, present);
      this.#repair.request();
      throw new HubError("internal", "Redis does not answer; try again", { cause: error });
    }
  }

  /** Returns at once; idempotent, and harmless for a subscription that never joined. */
  leave(subscription: Subscription): void {
    const member = { channel: subscription.channel, client: subscription.subscriber.id };
    const key = keyOf(member);
    const present = this.#present.get(key);
    if (present?.subscription !== subscription) return;
    this.#take(key, present);
    if (present.leaveDebounceMs > 0) {
      const timer = setTimeout(() => {
        this.#lingering.delete(key);
        this.#writeLater(key, member);
      }, present.leaveDebounceMs);
      this.#lingering.set(key, timer.unref());
    }
    this.#writeLater(key, member);
  }

  /** What others see of a client that is there has changed. Returns at once. */
  update(subscription: Subscription, info: ClientInfo): void {
    const key = keyOf({ channel: subscription.channel, client: subscription.subscriber.id });
    const present = this.#present.get(key);
    if (present?.subscription !== subscription) return;
    const entry = { ...present.entry, infoJson: JSON.stringify(info) };
    this.#present.set(key, { ...present, entry });
    this.#write(key, entry).catch(() => this.#repair.request({ rewriting: true }));
  }

  /** Redis may have lost what was written, or does not take this node for the same as before. */
  restore(): void {
    this.#repair.request({ rewriting: true });
  }

  /**
   * Takes what is in this node's index and should not be out of Redis, and writes everything again if asked to.
   * @throws when Redis does not answer
   */
  async repair(rewriting: boolean): Promise<void> {
    for await (const batch of this.#options.presence.indexOf(this.#options.lease())) {
      const strays = batch.filter((member) => !this.#isWanted(keyOf(member)));
      await Promise.all(strays.map((member) => this.#write(keyOf(member), member)));
    }
    if (!rewriting) return;
    const entries = Array.from(this.#present.values(), ({ entry }) => entry);
    for (let start = 0; start < entries.length; start += batchSize) {
      const batch = entries.slice(start, start + batchSize);
      await Promise.all(batch.map((entry) => this.#write(keyOf(entry), entry)));
    }
  }

  /** Resolves when everybody who has gone is out of Redis, or could not be taken out. Who lingers is swept by another node. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#emptying;
    for (const key of this.#lingering.keys()) this.#stopLingering(key);
    this.#repair.close();
  }

  #put(key: string, present: Present): void {
    const isNew = !this.#present.has(key);
    this.#present.set(key, present);
    if (isNew) this.#options.onMember?.(present.entry, 1);
  }

  #take(key: string, { entry }: Present): void {
    this.#present.delete(key);
    this.#options.onMember?.(entry, -1);
  }

  #isWanted(key: string): boolean {
    return this.#present.has(key) || this.#lingering.has(key);
  }

  #stopLingering(key: string): void {
    clearTimeout(this.#lingering.get(key));
    this.#lingering.delete(key);
  }

  /** Brings one entry in line with what should be when its turn has come. */
  #write(key: string, member: PresenceMember): Promise<void> {
    const { presence, lease, onChange } = this.#options;
    return this.#turns.run(key, async () => {
      const present = this.#present.get(key);
      if (present === undefined && this.#lingering.has(key)) return presence.linger(member);
      const change = await (present === undefined
        ? presence.remove(lease(), member)
        : presence.add(lease(), present.entry));
      onChange(member.channel, change);
    });
  }

  #writeLater(key: string, member: PresenceMember): void {
    this.#gone.set(key, member);
    this.#emptying ??= this.#emptyQueue();
  }

  async #emptyQueue(): Promise<void> {
    // In a later turn: the socket's close goes first, and a mass disconnect gathers.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#gone.size > 0) {
      const batch = this.#gone.entries().take(batchSize).toArray();
      for (const [key] of batch) this.#gone.delete(key);
      const results = await Promise.allSettled(batch.map(([key, member]) => this.#write(key, member)));
      if (results.every(({ status }) => status === "fulfilled")) continue;
      // The index knows them all; trying each would only wait for the same Redis.
      this.#gone.clear();
      if (!this.#closing) this.#repair.request();
    }
    this.#emptying = undefined;
  }
}

/** For whichever purpose; leaves that are told must be told after a crash too. */
function keepsPresence({ presence, join_leave, channel_state_events }: ChannelOptions): boolean {
  return presence || join_leave || channel_state_events;
}

function keyOf({ client, channel }: PresenceMember): string {
  return `${client} ${channel}`;
}

/** In a user's own channel only that user's connections count, whoever else may listen there: it says who is online. */
function isAtHome(channel: string, user: string): boolean {
  return splitChannelName(channel).namespace !== "user" || channel === userChannel(user);
}
