import type { History, HistoryOptions, ReceivedPublication } from "@switchyard/broker/broker";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { checkSettings } from "@switchyard/runtime/load-settings";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Hub } from "../hub/hub.ts";
import { createGatewayMetrics } from "../metrics.ts";
import { openSubscription } from "../session/open-subscription.ts";
import { Subscription } from "../session/subscription.ts";
import { SharedReads } from "./shared-reads.ts";

const historySize = 200;
const recoveryLimit = 40;
const rules = createChannelRules(
  checkSettings({
    channel: { namespaces: [{ name: "kept", history_size: historySize, history_ttl: "1h", force_recovery: true }] },
  }).channel,
);
const options = rules.find("kept:a");
const metrics = createGatewayMetrics();

interface Reading {
  readonly asked: HistoryOptions;
  readonly reply: PromiseWithResolvers<History>;
  /** What Redis answered, once it has. */
  answer?: History;
}

/** A stream, the pub/sub that runs behind it, and readings under way; nothing moves on unless it is told to. */
class SlowStream {
  readonly readings: Reading[] = [];
  readonly #kept: ReceivedPublication[] = [];
  readonly #underWay: ReceivedPublication[] = [];
  readonly #offsets: number[] = [];
  #top = 0;
  readCount = 0;
  epoch = "e1";
  hearing: object = {};

  get top(): number {
    return this.#top;
  }

  /** Every offset given out so far that is behind this one. */
  behind(offset: number): number[] {
    return this.#offsets.filter((each) => each > offset);
  }

  /** Where a client stands that has missed so many. */
  before(missed: number): number {
    return this.#offsets.at(-missed - 1) ?? 0;
  }

  /** `leap`: another Redis process goes on. */
  publish(leap = 0): void {
    const [previousOffset, offset] = [this.#top, this.#top + 1 + leap];
    const publication = { offset, previousOffset, epoch: this.epoch, timeMs: offset, body: Buffer.from('{"data":1}') };
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
    reading.answer = { offset: this.#top, epoch: this.epoch, publications };
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

interface Client {
  readonly fromOffset: number;
  /** Asked to continue. */
  readonly asked: boolean;
  readonly got: number[];
  recovered: boolean;
  losses: number;
}

function createNode(stream: SlowStream) {
  const reads = new SharedReads({ history: async (_, asked) => stream.history(asked), hearing: () => stream.hearing });
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
      send: (push: Buffer) => void client.got.push(Number(/"offset":(\d+)/.exec(push.toString())?.[1])),
      insufficientState: () => void client.losses++,
      endSubscription: () => undefined,
    };
    const subscription = new Subscription(subscriber, "kept:a", false);
    const opened = openSubscription({
      hub,
      reads,
      roster: { join: async () => undefined },
      subscription,
      info: { user: "", client: "c" },
      options: options ?? fail(),
      request: epoch === "" ? {} : { recover: true, offset: fromOffset, epoch },
      metrics,
      recoveryLimit,
    });
    const settled = opened.then(({ result, position }) => {
      client.recovered = result.recovered === true;
      const publications = result.publications ?? [];
      client.got.push(...publications.map((text) => (JSON.parse(text) as { offset: number }).offset));
      subscription.goLive(position);
    });
    joins.push(settled);
    return client;
  }

  function hear(): boolean {
    const publication = stream.hear();
    if (publication === undefined) return false;
    reads.heard("kept:a", publication);
    hub.receive("kept:a", publication);
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

function fail(): never {
  throw new Error("no options");
}

const turn = async () => {
  for (let count = 0; count < 20; count++) await Promise.resolve();
};

const step = fc.oneof(
  fc.record({ kind: fc.constant("publish" as const) }),
  fc.record({ kind: fc.constant("hear" as const) }),
  fc.record({ kind: fc.constant("execute" as const), index: fc.nat(2) }),
  fc.record({ kind: fc.constant("settle" as const), index: fc.nat(2) }),
  fc.record({ kind: fc.constant("join" as const), behind: fc.nat(45) }),
  fc.record({ kind: fc.constant("join" as const), behind: fc.nat(150) }),
  fc.record({ kind: fc.constant("begin" as const) }),
  fc.record({ kind: fc.constant("leap" as const), isHeard: fc.boolean() }),
);

const lastOf = (list: number[], count: number) => list.slice(list.length - count);

test("whatever publishing, hearing, reading and joining do in between, each client gets everything once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(250), fc.array(step, { minLength: 10, maxLength: 80 }), async (before, steps) => {
      const stream = new SlowStream();
      for (let count = 0; count < before; count++) stream.publish();
      while (stream.hear() !== undefined);
      const node = createNode(stream);
      const clients: Client[] = [];
      for (const each of steps) {
        if (each.kind === "publish") stream.publish();
        else if (each.kind === "leap") {
          // What the process before has answered and sent has arrived when the one after is reached.
          while (stream.readings.length > 0) await stream.settle(0);
          while (node.hear());
          if (!each.isHeard) stream.hearing = {};
          stream.publish(1_000_000_000);
        } else if (each.kind === "hear") node.hear();
        else if (each.kind === "execute") stream.execute(each.index);
        else if (each.kind === "settle") await stream.settle(each.index);
        else if (each.kind === "begin") clients.push(node.join(stream.top, ""));
        else clients.push(node.join(stream.before(each.behind)));
        await turn();
      }
      await node.finish();
      for (const { fromOffset, asked, got, recovered, losses } of clients) {
        expect(losses).toBe(0);
        // Only what has fallen out of the history, or out of the bound, may be refused; and then nothing of it is handed out.
        const missed = stream.behind(fromOffset);
        expect(recovered || !asked || missed.length > recoveryLimit).toBe(true);
        expect(got).toEqual(recovered ? missed : lastOf(stream.behind(0), got.length));
      }
    }),
    { numRuns: 2_000 },
  );
});

test("a crowd of 10 000 at one position costs two readings, and three from wherever they stand", async () => {
  const stream = new SlowStream();
  for (let count = 0; count < 50; count++) stream.publish();
  const node = createNode(stream);
  const crowd = Array.from({ length: 10_000 }, () => node.join(45));
  await node.finish();
  expect(stream.readCount).toBe(2);
  expect(crowd.every(({ recovered, got }) => recovered && got.length === 5)).toBe(true);

  const scattered = new SlowStream();
  for (let count = 0; count < 50; count++) scattered.publish();
  const other = createNode(scattered);
  for (let client = 0; client < 1_000; client++) other.join(50 - (client % 41));
  await other.finish();
  expect(scattered.readCount).toBe(3);
});

test("a crowd from a history that is gone is refused by three readings, and a client of the new one is not", async () => {
  const stream = new SlowStream();
  stream.epoch = "e2";
  stream.publish();
  const node = createNode(stream);
  const old = node.join(1, "e1");
  await node.finish();
  const crowd = [old];
  for (let client = 0; client < 100; client++) {
    crowd.push(node.join(1, "e1"));
    await node.finish();
  }
  expect(crowd.some(({ recovered }) => recovered)).toBe(false);
  expect(stream.readCount).toBeLessThanOrEqual(4);
  const current = node.join(0, "e2");
  await node.finish();
  expect(current).toMatchObject({ recovered: true, got: [1] });
});

test("a long crowd on a busy channel is served from what was heard, however much that was", async () => {
  const stream = new SlowStream();
  stream.publish();
  const node = createNode(stream);
  for (let client = 0; client < 3; client++) node.join(1);
  await node.finish();
  for (let count = 0; count < 5 * recoveryLimit; count++) {
    stream.publish();
    node.hear();
    const client = node.join(Math.max(1, stream.top - recoveryLimit));
    await node.finish();
    expect(client.recovered).toBe(true);
  }
  expect(stream.readCount).toBe(2);
});

test("an epoch that began elsewhere is believed at once", async () => {
  const stream = new SlowStream();
  stream.publish();
  const node = createNode(stream);
  for (let client = 0; client < 3; client++) node.join(1);
  await node.finish();
  stream.epoch = "e2";
  const current = node.join(1, "e2");
  await node.finish();
  expect(current.recovered).toBe(true);
});

test("what was read before the node lost its hearing is handed to nobody", async () => {
  const stream = new SlowStream();
  stream.publish();
  const node = createNode(stream);
  for (let client = 0; client < 3; client++) node.join(1);
  await node.finish();
  stream.publish();
  // Published while nobody heard.
  stream.hear();
  stream.hearing = {};
  const client = node.join(1);
  await node.finish();
  expect(client).toMatchObject({ recovered: true, got: [2] });
});
