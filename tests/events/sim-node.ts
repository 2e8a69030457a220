import type { ConnectionFacts, ConnectionWriter, OpenConnection } from "@switchyard/broker/connection-index";
import { byLane } from "@switchyard/broker/lanes";
import type { ChannelEvents } from "@switchyard/broker/redis-channel-events";

interface SimClient {
  readonly user: string;
  readonly channels: Set<string>;
}

export interface SimOptions {
  readonly lease: string;
  readonly writer: Pick<ConnectionWriter, "write">;
  readonly channels: Pick<ChannelEvents, "write">;
  readonly random: () => number;
}

/** A gateway without sockets: clients that come, subscribe and go, and what it writes of them, in batches of whatever size. */
export class SimNode {
  readonly lease: string;
  readonly clients = new Map<string, SimClient>();
  readonly #options: SimOptions;
  readonly #counts = new Map<string, number>();
  #open = new Map<string, OpenConnection>();
  #closed = new Map<string, { user: string; end: typeof left }>();
  #dirty = new Set<string>();

  constructor(options: SimOptions) {
    this.lease = options.lease;
    this.#options = options;
  }

  get channels(): string[] {
    return Array.from(this.#counts).flatMap(([channel, count]) => (count > 0 ? [channel] : []));
  }

  come(id: string, user: string): void {
    this.clients.set(id, { user, channels: new Set() });
    this.#open.set(id, { facts: factsOf(user), isKnown: false });
  }

  go(id: string): void {
    const client = this.clients.get(id);
    if (client === undefined) return;
    for (const channel of client.channels) this.leave(id, channel);
    this.clients.delete(id);
    if (!this.#open.delete(id)) this.#closed.set(id, { user: client.user, end: left });
  }

  join(id: string, channel: string): void {
    const channels = this.clients.get(id)?.channels;
    if (channels === undefined || channels.has(channel)) return;
    channels.add(channel);
    this.#count(channel, 1);
  }

  leave(id: string, channel: string): void {
    if (this.clients.get(id)?.channels.delete(channel) === true) this.#count(channel, -1);
  }

  /** Now and then twice, as after an answer that was late. */
  async flush(): Promise<void> {
    const { writer, channels, random } = this.#options;
    const [open, closed, dirty] = [this.#open, this.#closed, this.#dirty];
    [this.#open, this.#closed, this.#dirty] = [new Map(), new Map(), new Set()];
    const counts = Array.from(dirty, (channel) => [channel, this.#counts.get(channel) ?? 0] as const);
    for (let times = random() < 0.1 ? 2 : 1; times > 0; times--) {
      if (open.size + closed.size > 0)
        await writer.write({ lease: this.lease, formerLease: undefined, open, subscriptions: [], closed });
      const lanes = byLane(counts, ([channel]) => channel);
      await Promise.all(Array.from(lanes, ([lane, list]) => channels.write(String(lane), this.lease, new Map(list))));
    }
  }

  #count(channel: string, change: 1 | -1): void {
    this.#counts.set(channel, (this.#counts.get(channel) ?? 0) + change);
    this.#dirty.add(channel);
  }
}

const left = { code: 1000, reason: "", initiator: "client", durationMs: 1, channels: [] } as const;

function factsOf(user: string): ConnectionFacts {
  return { connectedAtMs: 1, user, door: "centrifuge", transport: "websocket", protocol: "json" };
}
