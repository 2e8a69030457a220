import type { ChannelName } from "@switchyard/broker/channel-name";
import type { PresenceReader } from "@switchyard/broker/presence";
import type { Hub } from "../../hub/hub.ts";
import { frame } from "./frames.ts";
import type { Occupant } from "./room.ts";

/** Milliseconds between two counts of a channel, as the protocol has it: some for what comes together, more where a crowd is told. */
const settleMs = 100;
const crowdMs = 5_000;
const crowd = 100;

export interface SubscriberCountsOptions {
  readonly hub: Pick<Hub, "watch" | "unwatch">;
  readonly presence: Pick<PresenceReader, "stats">;
}

/** Tells subscribers how many they are, over all nodes, when that has changed. The count is read from Redis, once per node and change. */
export class SubscriberCounts {
  readonly #options: SubscriberCountsOptions;
  readonly #channels = new Map<ChannelName, Counted>();

  constructor(options: SubscriberCountsOptions) {
    this.#options = options;
  }

  /** It is told from here on, and soon for the first time. @param name of the channel, for its client */
  async enter(channel: ChannelName, name: string, occupant: Occupant): Promise<void> {
    const counted = this.#channels.get(channel) ?? this.#open(channel, name);
    counted.occupants.add(occupant);
    counted.count = undefined;
    try {
      await this.#options.hub.watch(channel, counted.onSignal);
    } finally {
      // Also where Redis could not be asked just now: it is told of later changes once it is back, and this one waits for none of them.
      this.#countSoon(channel, counted);
    }
  }

  leave(channel: ChannelName, occupant: Occupant): void {
    const counted = this.#channels.get(channel);
    if (counted?.occupants.delete(occupant) === true && counted.occupants.size === 0) this.#close(channel, counted);
  }

  #open(channel: ChannelName, name: string): Counted {
    const counted: Counted = {
      name,
      occupants: new Set(),
      onSignal: () => this.#countSoon(channel, counted),
      count: undefined,
      timer: undefined,
    };
    this.#channels.set(channel, counted);
    return counted;
  }

  #close(channel: ChannelName, counted: Counted): void {
    clearTimeout(counted.timer);
    this.#channels.delete(channel);
    this.#options.hub.unwatch(channel, counted.onSignal);
  }

  #countSoon(channel: ChannelName, counted: Counted): void {
    const delayMs = (counted.count ?? 0) > crowd ? crowdMs : settleMs;
    counted.timer ??= setTimeout(() => {
      counted.timer = undefined;
      void this.#count(channel, counted);
    }, delayMs).unref();
  }

  async #count(channel: ChannelName, counted: Counted): Promise<void> {
    try {
      const { num_clients: count } = await this.#options.presence.stats(channel);
      if (count === counted.count) return;
      counted.count = count;
      const data = { subscription_count: count };
      const message = frame({ event: "pusher_internal:subscription_count", channel: counted.name, data });
      for (const occupant of counted.occupants) {
        if (occupant.isGone) this.leave(channel, occupant);
        else occupant.send(message);
      }
    } catch {
      // Redis does not answer; what changes next is counted again.
      counted.count = undefined;
    }
  }
}

interface Counted {
  readonly name: string;
  readonly occupants: Set<Occupant>;
  readonly onSignal: () => void;
  /** As it was told last; undefined: not everybody was told. */
  count: number | undefined;
  timer: NodeJS.Timeout | undefined;
}
