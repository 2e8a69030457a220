import type { PublicationBody } from "@switchyard/protocol/publication-body";
import { eventually } from "@switchyard/testkit/eventually";
import { describe, expect, test } from "vitest";
import { type ChannelName, knownChannelName } from "../channel-name.ts";
import type { Broker, ReceivedPublication } from "../broker.ts";

/** Two nodes on one Redis, as the suite sees them. */
export interface BrokerPair {
  readonly one: Broker;
  readonly two: Broker;
  /** What each has received since the last test, in order. */
  readonly received: { readonly one: Received[]; readonly two: Received[] };
}

export interface Received extends ReceivedPublication {
  readonly channel: string;
}

const body = (data: unknown): PublicationBody => ({ payload: JSON.stringify(data) });
const dataOf = ({ body: bytes }: { body: Buffer }): unknown => (JSON.parse(bytes.toString()) as { data: unknown }).data;

/**
 * What a broker promises, whatever Redis topology is under it. The namespaces `kept` (history of 3) and `plain` (none) must be
 * configured; `next` gives a channel name nobody has used.
 */
export function describeBroker(pair: () => BrokerPair, next: (namespace: "kept" | "plain") => ChannelName): void {
  describe("a broker", () => {
    describeFanOut(pair, next);
    describeHistory(pair, next);
    describeRepeats(pair, next);
  });
}

function describeFanOut(pair: () => BrokerPair, next: (namespace: "kept" | "plain") => ChannelName): void {
  test("hands a publication to every interested node once, and says how many they were", async () => {
    const channel = next("plain");
    const { one, two, received } = pair();
    await Promise.all([one.subscribe(channel), two.subscribe(channel)]);
    const result = await one.publish(channel, body("hello"));
    expect(result).toEqual({ offset: 0, epoch: "", nodes: 2, duplicate: false, suppressed: false });
    await eventually(() =>
      expect([received.one.map(dataOf), received.two.map(dataOf)]).toEqual([["hello"], ["hello"]]),
    );
  });

  test("receives everything published after `subscribe` resolved, and nothing once interest has ended", async () => {
    const channel = next("plain");
    const { one, two, received } = pair();
    expect((await two.publish(channel, body("early"))).nodes).toBe(0);
    await one.subscribe(channel);
    for (let count = 0; count < 100; count++) await two.publish(channel, body(count));
    await one.unsubscribe(channel);
    expect((await two.publish(channel, body("late"))).nodes).toBe(0);
    expect(received.one.map(dataOf)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  test("keeps apart channels whose names differ in odd characters only", async () => {
    const { one, received } = pair();
    const base = next("plain");
    const names = [base, `${base} `, `${base}}`, `${base}{`, `${base}:`, `${base}*`, `${base}\\`, `${base}北京`].map(
      knownChannelName,
    );
    await Promise.all(names.map((name) => one.subscribe(name)));
    for (const name of names) await one.publish(name, body(name));
    await eventually(() => expect(received.one).toHaveLength(names.length));
    for (const publication of received.one) expect(dataOf(publication)).toBe(publication.channel);
  });

  test("what nodes receive and history keeps is Unicode, whatever the publisher made of it", async () => {
    const channel = next("kept");
    const { one, two, received } = pair();
    await two.subscribe(channel);
    const half = { "\ud800": "a\udc00b", whole: "💬", escaped: "\\ud800", nul: "\0" };
    await one.publish(channel, body(half));
    await eventually(() => expect(received.two).toHaveLength(1));
    const { publications } = await one.history(channel, { limit: 1 });
    for (const stored of [...received.two, ...publications]) {
      expect(dataOf(stored)).toEqual({ "\ufffd": "a\ufffdb", whole: "💬", escaped: "\\ud800", nul: "\0" });
    }
  });

  test("carries a body of every size byte for byte", async () => {
    const channel = next("plain");
    const { one, two, received } = pair();
    await two.subscribe(channel);
    const bodies = [0, 1, 125, 126, 65_535, 65_536]
      .map((size) => "x".repeat(size))
      .concat("漢".repeat(5_000), "\n\u2028\0");
    for (const text of bodies) await one.publish(channel, body(text));
    await eventually(() => expect(received.two.map(dataOf)).toEqual(bodies));
  });
}

function describeHistory(pair: () => BrokerPair, next: (namespace: "kept" | "plain") => ChannelName): void {
  test("numbers publications from 1 without a hole, whichever node publishes", async () => {
    const channel = next("kept");
    const { one, two, received } = pair();
    await one.subscribe(channel);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? one : two).publish(channel, body(index))),
    );
    await eventually(() => expect(received.one).toHaveLength(50));
    expect(received.one.map(({ offset }) => offset)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(new Set(received.one.map(({ epoch }) => epoch)).size).toBe(1);
  });

  test("keeps the newest publications and hands out what came after an offset", async () => {
    const channel = next("kept");
    const { one } = pair();
    for (const data of ["a", "b", "c", "d", "e"]) await one.publish(channel, body(data));
    const all = await one.history(channel, { limit: 10 });
    expect(all.offset).toBe(5);
    expect(all.publications.map(dataOf)).toEqual(["c", "d", "e"]);
    expect((await one.history(channel, { limit: 10, sinceOffset: 4 })).publications.map(dataOf)).toEqual(["e"]);
    expect((await one.history(channel, { limit: 2, reverse: true })).publications.map(dataOf)).toEqual(["e", "d"]);
    expect((await one.history(channel, { limit: 0 })).publications).toEqual([]);
  });

  test("a position read from an empty channel is the one the first publication continues", async () => {
    const channel = next("kept");
    const { one, two } = pair();
    const before = await one.history(channel, { limit: 0 });
    const first = await two.publish(channel, body("first"));
    expect(before.offset).toBe(0);
    expect(first).toMatchObject({ offset: 1, epoch: before.epoch });
  });

  test("forgets publications when told to, and goes on counting where it was", async () => {
    const channel = next("kept");
    const { one, two } = pair();
    await one.publish(channel, body("forgotten"));
    const { epoch } = await one.publish(channel, body("forgotten too"));
    await two.removeHistory(channel);
    expect(await one.history(channel, { limit: 10 })).toEqual({ publications: [], offset: 2, epoch, isCut: false });
    await two.removeHistory(channel);
    expect(await one.publish(channel, body("after"))).toMatchObject({ offset: 3, epoch });
    expect((await one.history(channel, { limit: 10 })).publications.map(dataOf)).toEqual(["after"]);
  });

  test("leaves the stream as it is when history is skipped", async () => {
    const channel = next("kept");
    const { one } = pair();
    await one.publish(channel, body("kept"));
    expect(await one.publish(channel, body("passing"), { skipHistory: true })).toMatchObject({ offset: 0 });
    expect((await one.history(channel, { limit: 10 })).publications.map(dataOf)).toEqual(["kept"]);
  });
}

function describeRepeats(pair: () => BrokerPair, next: (namespace: "kept" | "plain") => ChannelName): void {
  test("publishes once however many race with one idempotency key", async () => {
    const channel = next("kept");
    const { one, two, received } = pair();
    await one.subscribe(channel);
    const attempts = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : two).publish(channel, body("once"), { idempotencyKey: "k" }),
    );
    const results = await Promise.all(attempts);
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(results.map(({ offset, epoch }) => `${offset}:${epoch}`)).size).toBe(1);
    await one.publish(channel, body("after"));
    await eventually(() => expect(received.one.map(dataOf)).toEqual(["once", "after"]));
  });

  test("drops a version that is not newer than the last, and takes the next", async () => {
    const channel = next("kept");
    const { one } = pair();
    expect(await one.publish(channel, body("v2"), { version: 2 })).toMatchObject({ offset: 1, suppressed: false });
    expect(await one.publish(channel, body("v1"), { version: 1 })).toMatchObject({ offset: 1, suppressed: true });
    expect(await one.publish(channel, body("v3"), { version: 3 })).toMatchObject({ offset: 2, suppressed: false });
    expect((await one.history(channel, { limit: 10 })).publications.map(dataOf)).toEqual(["v2", "v3"]);
  });

  test("begins anew with the versions of another epoch, and compares within one", async () => {
    const channel = next("kept");
    const { one } = pair();
    const publish = (version: number, versionEpoch?: string) =>
      one.publish(channel, body(0), { version, ...(versionEpoch === undefined ? {} : { versionEpoch }) });
    expect(await publish(5, "monday")).toMatchObject({ suppressed: false });
    expect(await publish(5, "monday")).toMatchObject({ suppressed: true });
    expect(await publish(1, "tuesday")).toMatchObject({ suppressed: false });
    expect(await publish(1, "tuesday")).toMatchObject({ suppressed: true });
    expect(await publish(1)).toMatchObject({ suppressed: true });
    expect(await publish(2)).toMatchObject({ suppressed: false });
  });
}
