import type { History, HistoryOptions, ReceivedPublication } from "@switchyard/broker/broker";

export const historySize = 200;

interface Reading {
  readonly asked: HistoryOptions;
  readonly reply: PromiseWithResolvers<History>;
  /** What Redis answered, once it has. */
  answer?: History;
}

interface Published extends Pick<ReceivedPublication, "exclude" | "allowsDelta"> {
  /** Another Redis process goes on. */
  readonly leap?: number;
  readonly bytes?: number;
  readonly body?: Buffer;
}

/** A stream, the pub/sub that runs behind it, and readings under way; nothing moves on unless it is told to. */
export class SlowStream {
  readonly readings: Reading[] = [];
  readonly #kept: ReceivedPublication[] = [];
  readonly #underWay: ReceivedPublication[] = [];
  readonly #offsets: number[] = [];
  #top = 0;
  readCount = 0;
  epoch = "e1";
  hearing: object = {};
  /** Bytes that one reading comes to. */
  readonly maxBytes: number;

  constructor({ maxBytes = Number.POSITIVE_INFINITY } = {}) {
    this.maxBytes = maxBytes;
  }

  get top(): number {
    return this.#top;
  }

  /** Every offset given out so far that is behind this one. */
  behind(offset: number): number[] {
    return this.#offsets.filter((each) => each > offset);
  }

  /** Bytes of what is behind it and kept. */
  bytesBehind(offset: number): number {
    return this.#kept.reduce((sum, each) => (each.offset > offset ? sum + each.body.length : sum), 0);
  }

  /** Where a client stands that has missed so many. */
  before(missed: number): number {
    return this.#offsets.at(-missed - 1) ?? 0;
  }

  publish({ leap = 0, bytes = 10, body = bodyOf(bytes), ...rest }: Published = {}): void {
    const [previousOffset, offset] = [this.#top, this.#top + 1 + leap];
    const publication = { offset, previousOffset, epoch: this.epoch, timeMs: offset, body, ...rest };
    this.#top = offset;
    this.#offsets.push(offset);
    this.#kept.push(publication);
    this.#underWay.push(publication);
    if (this.#kept.length > historySize) this.#kept.shift();
  }

  hear(): ReceivedPublication | undefined {
    return this.#underWay.shift();
  }

  history(asked: HistoryOptions): Promise<History> {
    const reply = Promise.withResolvers<History>();
    this.readings.push({ asked, reply });
    this.readCount++;
    return reply.promise;
  }

  /** Redis comes to it. */
  execute(index: number): void {
    const reading = this.readings[index];
    if (reading === undefined || reading.answer !== undefined) return;
    const { limit, sinceOffset = -1, reverse = false } = reading.asked;
    const found = this.#kept.filter(({ offset }) => reverse || offset > sinceOffset);
    const publications = limit === 0 ? [] : (reverse ? found.toReversed() : found).slice(0, limit);
    let bytes = 0;
    const cut = publications.findIndex(({ body }, index) => (bytes += body.length) > this.maxBytes && index > 0);
    const fitting = cut === -1 ? publications : publications.slice(0, cut);
    reading.answer = { offset: this.#top, epoch: this.epoch, publications: fitting, isCut: cut !== -1 };
  }

  /** The answer arrives. */
  async settle(index: number): Promise<void> {
    this.execute(index);
    const [reading] = this.readings.splice(index, 1);
    if (reading?.answer !== undefined) reading.reply.resolve(reading.answer);
    // Everybody who waited goes on as far as they can.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

function bodyOf(bytes: number): Buffer {
  return Buffer.from(`{"data":${"1".repeat(bytes - 9)}}`);
}
