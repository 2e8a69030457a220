import type { EventOutbox } from "@switchyard/broker/event-outbox";
import type { Logger } from "@switchyard/runtime/logger";
import type { EventMetrics } from "./event-metrics.ts";
import type { Receiver } from "./event-batch-body.ts";
import { sealOf } from "./event-delivery.ts";

export interface GoneReceiversOptions {
  readonly receivers: readonly Receiver[];
  readonly outbox: Pick<EventOutbox, "gone" | "markGone">;
  readonly metrics: Pick<EventMetrics, "gone">;
  readonly logger: Pick<Logger, "warn">;
}

/** Another worker is asked by way of Redis this often; until it knows it may send a few requests more. */
const readEveryMs = 5_000;

/**
 * Receivers that have answered 410. They are told nothing more by any worker until their `url` or `secret` is another one, for what is kept is a mark
 * of these; whoever starts with other settings does not find themselves in it.
 */
export class GoneReceivers {
  readonly #options: GoneReceiversOptions;
  readonly #marks: ReadonlyMap<string, string>;
  #gone: ReadonlySet<string> = new Set();
  #readAtMs = -Infinity;

  constructor(options: GoneReceiversOptions) {
    this.#options = options;
    this.#marks = new Map(options.receivers.map((receiver) => [receiver.name, markOf(receiver)]));
    this.#take(new Set());
  }

  has(receiver: string): boolean {
    return this.#gone.has(receiver);
  }

  /** It has said so. One line of log over all workers. */
  async add(receiver: string): Promise<void> {
    this.#take(new Set([...this.#gone, receiver]));
    const isNews = await this.#options.outbox.markGone(receiver, this.#marks.get(receiver) ?? "");
    if (isNews)
      this.#options.logger.warn(
        { receiver },
        "a receiver of events answered 410; it is told nothing more until its `url` or `secret` changes",
      );
  }

  /** What others have found, now and then. @throws when Redis does not answer */
  async refresh(nowMs: number): Promise<void> {
    if (nowMs - this.#readAtMs < readEveryMs) return;
    const found = await this.#options.outbox.gone();
    this.#readAtMs = nowMs;
    this.#take(new Set([...found].filter(([name, mark]) => mark === this.#marks.get(name)).map(([name]) => name)));
  }

  #take(gone: ReadonlySet<string>): void {
    this.#gone = gone;
    for (const { name } of this.#options.receivers)
      this.#options.metrics.gone.set({ receiver: name }, Number(gone.has(name)));
  }
}

/** Tells nothing of the secret. */
function markOf(receiver: Receiver): string {
  return sealOf(receiver, "gone", receiver.url);
}
