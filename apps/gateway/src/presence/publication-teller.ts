import type { MessageTeller, PublishedMessage } from "@switchyard/broker/event-outbox";
import { byLane } from "@switchyard/broker/lanes";
import type { ClientInfo } from "@switchyard/protocol/publication";
import { jsonOfPayload, type Payload } from "@switchyard/protocol/payload";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { Logger } from "@switchyard/runtime/logger";

export interface PublicationTellerOptions {
  readonly teller: MessageTeller;
  readonly isTold: (channel: string) => boolean;
  readonly logger: Pick<Logger, "warn">;
}

/** What a client has published, and Redis has taken. */
export interface ClientPublication {
  readonly channel: string;
  readonly info: ClientInfo;
  readonly payload: Payload;
  readonly position: StreamPosition;
}

const paceMs = 25;
/** Messages that may wait for a write. */
const waitingMax = 10_000;
/** A longer text is left out of the event; who wants it reads the channel. */
const dataMaxCharacters = 16_384;

/**
 * Tells back ends of what clients have published, behind the publication and many at a time. Kept nowhere else: what waits in a gateway that
 * dies, or while Redis does not answer, is not told. Who must have every message reads the channel's history.
 */
export class PublicationTeller {
  readonly #options: PublicationTellerOptions;
  readonly #waiting: PublishedMessage[] = [];
  #telling: Promise<void> | undefined;
  #dropped = 0;
  #isDeaf = false;

  constructor(options: PublicationTellerOptions) {
    this.#options = options;
  }

  /** Messages that nobody is told of. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Returns at once. */
  published({ channel, info, payload, position }: ClientPublication): void {
    if (!this.#options.isTold(channel)) return;
    if (this.#waiting.length === waitingMax) {
      this.#dropped++;
      return;
    }
    const json = jsonOfPayload(payload);
    const about = JSON.stringify({ channel, client: info.client, user: info.user, ...position });
    const data = json.length > dataMaxCharacters ? `"data":null,"dataCharacters":${json.length}` : `"data":${json}`;
    this.#waiting.push({ channel, dataJson: `${about.slice(0, -1)},${data}}` });
    this.#telling ??= this.#tellAll();
  }

  async close(): Promise<void> {
    await this.#telling;
  }

  async #tellAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const lanes = byLane(this.#waiting.splice(0, 500), ({ channel }) => channel);
      await Promise.all(Array.from(lanes, ([lane, messages]) => this.#tell(lane, messages)));
      await new Promise((resolve) => setTimeout(resolve, paceMs));
    }
    this.#telling = undefined;
  }

  /** Not again: it may have been taken, and a message told twice under two ids would be two messages. */
  async #tell(lane: number, messages: readonly PublishedMessage[]): Promise<void> {
    try {
      this.#dropped += await this.#options.teller.tell(lane, messages);
      this.#isDeaf = false;
    } catch (error) {
      this.#dropped += messages.length;
      if (!this.#isDeaf)
        this.#options.logger.warn({ err: error }, "what clients publish is not told while redis is away");
      this.#isDeaf = true;
    }
  }
}
