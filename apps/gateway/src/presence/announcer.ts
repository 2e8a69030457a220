import type { Publisher } from "@switchyard/broker/broker";
import { type ChannelName, knownChannelName } from "@switchyard/broker/channel-name";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { PresenceChange } from "@switchyard/broker/presence";
import { hubEventsChannel, splitChannelName } from "@switchyard/protocol/channel-name";
import type { Logger } from "@switchyard/runtime/logger";

export interface AnnouncerOptions {
  readonly broker: Publisher;
  readonly rules: ChannelRules;
  readonly logger: Pick<Logger, "warn">;
}

/**
 * What back ends read in `hub:events`. `seq` orders the events about one channel or user, which may come from different nodes:
 * the one with the larger `seq` is the newer, and the same `seq` twice is the same event.
 */
export type HubEvent =
  | { readonly event: "occupied" | "vacated"; readonly channel: string; readonly seq: number }
  | { readonly event: "online" | "offline"; readonly user: string; readonly seq: number };

/** Events that may wait for Redis to come back. The oldest go first: the newest say how things are. */
const waitingMax = 10_000;
const batchSize = 64;
const eventsChannel = knownChannelName(hubEventsChannel);
const retryMs = 500;

/** Tells back ends of channels that got their first client or lost their last one. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #waiting: HubEvent[] = [];
  #sending: Promise<void> | undefined;
  /** One line of log per outage, not per attempt. */
  #isFailing = false;
  #closed = false;
  #dropped = 0;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Events that could not be kept until Redis was back. */
  get dropped(): number {
    return this.#dropped;
  }

  tell(channel: ChannelName, { edge, atUs }: PresenceChange): void {
    if (edge === undefined || this.#options.rules.find(channel)?.channel_state_events !== true) return;
    if (this.#waiting.length === waitingMax) {
      this.#waiting.shift();
      this.#dropped++;
    }
    this.#waiting.push(toEvent(channel, edge, atUs));
    this.#sending ??= this.#send();
  }

  /** Sends what waits, once. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize);
      const failed = await this.#publish(batch);
      if (failed.length === 0) continue;
      if (this.#closed) break;
      this.#waiting.unshift(...failed);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
    this.#sending = undefined;
  }

  async #publish(events: readonly HubEvent[]): Promise<HubEvent[]> {
    const { broker, logger } = this.#options;
    const publish = (event: HubEvent) => broker.publish(eventsChannel, { payload: JSON.stringify(event) });
    const results = await Promise.allSettled(events.map(publish));
    const failed = events.filter((_, index) => results[index]?.status === "rejected");
    if (failed.length > 0 && !this.#isFailing) logger.warn("channel events wait for redis");
    this.#isFailing = failed.length > 0;
    return failed;
  }
}

function toEvent(channel: string, edge: "occupied" | "vacated", seq: number): HubEvent {
  const { namespace, rest } = splitChannelName(channel);
  if (namespace !== "user") return { event: edge, channel, seq };
  return { event: edge === "occupied" ? "online" : "offline", user: rest, seq };
}
