import { hubEventsChannel } from "@switchyard/protocol/channel-name";
import type { Logger } from "@switchyard/runtime/logger";
import type { Publisher } from "./broker.ts";
import { knownChannelName } from "./channel-name.ts";

/**
 * What back ends read in `hub:events`. `seq` orders the events about one channel, user or schedule, which may come from different
 * processes: the one with the larger `seq` is the newer, and the same `seq` twice is the same event. It is a time by Redis, in
 * microseconds.
 */
export type HubEvent = { readonly seq: number } & (
  | { readonly event: "occupied" | "vacated"; readonly channel: string }
  | { readonly event: "online" | "offline"; readonly user: string }
  /** By itself, and why; what a person has paused is told to nobody. */
  | { readonly event: "schedule.paused"; readonly schedule: string; readonly note: string }
  /** `missed` of its ticks, up to `tickMs`, were late and did not run. */
  | { readonly event: "schedule.missed"; readonly schedule: string; readonly missed: number; readonly tickMs: number }
  /** Found when the next tick comes. */
  | { readonly event: "schedule.failed"; readonly schedule: string; readonly taskId: string }
);

/** Events that may wait for Redis to come back. The oldest go first: the newest say how things are. */
const waitingMax = 10_000;
const batchSize = 64;
const eventsChannel = knownChannelName(hubEventsChannel);
const retryMs = 500;

export interface HubEventsOptions {
  readonly publisher: Publisher;
  readonly logger: Pick<Logger, "warn">;
}

/** Tells back ends what has happened in the hub, in order, and again while Redis is away. Lost is what waits in a process that dies. */
export class HubEvents {
  readonly #options: HubEventsOptions;
  readonly #waiting: HubEvent[] = [];
  #sending: Promise<void> | undefined;
  /** One line of log per outage, not per attempt. */
  #isFailing = false;
  #closed = false;
  #dropped = 0;

  constructor(options: HubEventsOptions) {
    this.#options = options;
  }

  /** Events that could not be kept until Redis was back. */
  get dropped(): number {
    return this.#dropped;
  }

  tell(event: HubEvent): void {
    if (this.#waiting.length === waitingMax) {
      this.#waiting.shift();
      this.#dropped++;
    }
    this.#waiting.push(event);
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
    const { publisher, logger } = this.#options;
    const publish = (event: HubEvent) => publisher.publish(eventsChannel, { payload: JSON.stringify(event) });
    const results = await Promise.allSettled(events.map(publish));
    const failed = events.filter((_, index) => results[index]?.status === "rejected");
    if (failed.length > 0 && !this.#isFailing) logger.warn("events of the hub wait for redis");
    this.#isFailing = failed.length > 0;
    return failed;
  }
}
