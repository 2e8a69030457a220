import { knownChannelName } from "@switchyard/broker/channel-name";
import type { History, HistoryOptions, ReceivedPublication } from "@switchyard/broker/broker";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { Hub } from "../../hub/hub.ts";
import { createGatewayMetrics } from "../../metrics/gateway-metrics.ts";
import { subscribeClient } from "../../session/subscribe-client.ts";
import type { Delivery } from "../../hub/delivery.ts";
import { Subscription } from "../../hub/subscription.ts";
import { SharedReads } from "../shared-reads.ts";

const historySize = 200;
export const recoveryLimit = 40;
const rules = createChannelRules(
  checkSettings({
    channel: { namespaces: [{ name: "kept", history_size: historySize, history_ttl: "1h", force_recovery: true }] },
  }).channel,
);
const channel = knownChannelName("kept:a");
const options = rules.find(channel);
const metrics = createGatewayMetrics();

interface Reading {
  readonly asked: HistoryOptions;
  readonly reply: PromiseWithResolvers<History>;
  /** What Redis answered, once it has. */
  answer?: History;
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

  /** `leap`: another Redis process goes on. */
  publish(leap = 0, bytes = 10): void {
    const [previousOffset, offset] = [this.#top, this.#top + 1 + leap];
    const publication = { offset, previousOffset, epoch: this.epoch, timeMs: offset, body: bodyOf(bytes) };
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

export interface Client {
  readonly fromOffset: number;
  /** Asked to continue. */
  readonly asked: boolean;
  readonly got: number[];
  recovered: boolean;
  losses: number;
}

/** A client of a node, as far as subscribing goes. */
const clientOf = (subscription: Subscription) => ({
  join: () => subscription,
  infoIn: () => ({ user: "", client: "c" }),
  grant: () => undefined,
  leave: () => undefined,
});

/** A gateway that hears the stream, and clients that join it. */
export function createNode(stream: SlowStream) {
  const reads = new SharedReads(
    { history: async (_, asked) => stream.history(asked), hearing: () => stream.hearing },
    stream,
  );
  const hub = new Hub({
    interest: { acquire: async () => undefined, release: () => undefined },
    conflateIntervalMs: () => 0,
  });
  const joins: Promise<void>[] = [];

  /** With an empty epoch it comes for the first time. */
  function join(fromOffset: number, epoch = stream.epoch): Client {
    const client: Client = { fromOffset, asked: epoch !== "", got: [], recovered: false, losses: 0 };
    const subscriber = {
      id: "c",
      deliver: ({ notice }: Delivery) =>
        void (notice.kind === "publication" && client.got.push(notice.publication.offset)),
      insufficientState: () => void client.losses++,
      endSubscription: () => undefined,
    };
    const subscribed = subscribeClient(
      {
        client: clientOf(new Subscription(subscriber, channel, false)),
        channel,
        options: options ?? fail(),
        isServerSide: false,
        wish: epoch === "" ? {} : { from: { offset: fromOffset, epoch } },
      },
      {
        hub,
        reads,
        roster: { join: async () => undefined },
        metrics,
        client: { recovery_max_publication_limit: recoveryLimit },
      },
    );
    const settled = subscribed.then((opened) => {
      if (opened === undefined) throw new Error("it was never closed");
      const { subscription, position, recovery } = opened;
      client.recovered = recovery?.isComplete === true;
      client.got.push(...(recovery?.publications ?? []).map(({ offset }) => offset));
      subscription.goLive(position);
    });
    joins.push(settled);
    return client;
  }

  function hear(): boolean {
    const publication = stream.hear();
    if (publication === undefined) return false;
    reads.heard(channel, publication);
    hub.receive(channel, publication);
    return true;
  }

  async function finish(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    while (stream.readings.length > 0) await stream.settle(0);
    while (hear());
    await Promise.all(joins);
  }
  return { join, hear, finish };
}

function bodyOf(bytes: number): Buffer {
  return Buffer.from(`{"data":${"1".repeat(bytes - 9)}}`);
}

function fail(): never {
  throw new Error("no options");
}
