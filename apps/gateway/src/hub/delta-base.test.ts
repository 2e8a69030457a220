import { knownChannelName } from "@switchyard/broker/channel-name";
import { encodePublicationBody } from "@switchyard/protocol/publication-body";
import { expect, test } from "vitest";
import { DeltaBase, type DeltaDelivery, HeldData } from "./delta-base.ts";
import type { Delivery } from "./delivery.ts";
import { Hub } from "./hub.ts";
import type { Encoder } from "./notice.ts";
import { Subscription } from "./subscription.ts";

const channel = knownChannelName("page");
const long = "московская биржа, ".repeat(5);
const publication = (payload: string | Buffer, more: object = {}) => ({
  offset: 0,
  previousOffset: 0,
  epoch: "",
  timeMs: 0,
  allowsDelta: true,
  body: Buffer.from(encodePublicationBody({ payload })),
  ...more,
});
const text = (n: number) => publication(JSON.stringify({ long, n }));

function formOf({ notice }: Delivery): "delta" | "whole" | "plain" {
  if (notice.kind !== "publication" || notice.publication.delta === undefined) return "plain";
  return notice.publication.delta.ofText === undefined ? "whole" : "delta";
}

/** A live subscription with deltas. */
class Reader {
  readonly held = new HeldData();
  #sent: Delivery | undefined;
  readonly #subscription = new Subscription(
    {
      id: "c",
      deliver: (delivery) => void (this.#sent = delivery),
      insufficientState: () => undefined,
      expireSubscription: () => undefined,
    },
    channel,
    false,
  );

  constructor() {
    this.#subscription.tailoring = this.held;
    this.#subscription.goLive(undefined);
  }

  /** The form in which it is sent a publication. */
  formOf(delivery: DeltaDelivery | undefined): string | undefined {
    this.#sent = undefined;
    if (delivery !== undefined) this.#subscription.deliverChanges(delivery);
    return this.#sent && formOf(this.#sent);
  }
}

test("who was sent the one before gets a delta, and nobody else does", () => {
  const base = new DeltaBase(channel);
  const [always, late, absent] = [new Reader(), new Reader(), new Reader()];
  const forms = (n: number, readers: Reader[]) => {
    const delivery = base.next(text(n), undefined);
    return readers.map((reader) => reader.formOf(delivery));
  };
  expect(forms(1, [always, absent])).toEqual(["whole", "whole"]);
  expect(forms(2, [always])).toEqual(["delta"]);
  expect(forms(3, [always, absent, late])).toEqual(["delta", "whole", "whole"]);
  expect(forms(4, [always, absent, late])).toEqual(["delta", "delta", "delta"]);
});

test("who has recovered the very data that was sent last gets a delta, also where the channel has heard nothing so far", () => {
  const [base, one, other] = [new DeltaBase(channel), new Reader(), new Reader()];
  const data = (n: number) => {
    const bytes = Buffer.from(JSON.stringify({ long, n }));
    return { text: bytes, bytes };
  };
  base.recover(one.held, data(1));
  base.recover(other.held, data(7));
  const second = base.next(text(2), undefined);
  expect([one, other].map((each) => each.formOf(second))).toEqual(["delta", "whole"]);
});

test("what was recovered is held up to the next publication only, also when the same data is sent once more", () => {
  const [base, reader] = [new DeltaBase(channel), new Reader()];
  const bytes = Buffer.from(JSON.stringify({ long, n: 1 }));
  base.recover(reader.held, { text: bytes, bytes });
  const forms = [text(2), text(1), text(3)].map((each, index) => {
    const delivery = base.next(each, undefined);
    // The second one is its own, and not sent to it.
    return index === 1 ? undefined : reader.formOf(delivery);
  });
  expect(forms).toEqual(["delta", undefined, "whole"]);
});

test("a text and the base64 of bytes that look the same are not the same", () => {
  const bytes = Buffer.from("ÿ".repeat(60), "latin1");
  const base64 = Buffer.from(`"${bytes.toString("base64")}"`);
  const [base, reader] = [new DeltaBase(channel), new Reader()];
  base.next(publication(bytes), undefined);
  base.recover(reader.held, { text: base64, bytes: base64 });
  const next = base.next(publication(Buffer.concat([bytes, Buffer.of(1)])), undefined);
  expect(reader.formOf(next)).toBe("whole");
});

test("what is kept is a copy: it keeps nothing else alive, and changes of the block it came in do not reach it", () => {
  const base = new DeltaBase(channel);
  const first = text(1);
  base.next(first, undefined);
  first.body.fill(0);
  const before = base.next(text(2), undefined)?.before;
  expect(before?.text.toString()).toBe(JSON.stringify({ long, n: 1 }));
  expect([before?.text.buffer.byteLength, before?.bytes]).toEqual([before?.text.length, before?.text]);
});

/** How often each wire encodes is counted. */
const countedEncoder = (index: number) => {
  const encoder = {
    index,
    ping: Buffer.of(),
    hasPongs: true,
    count: 0,
    encode: () => (encoder.count++, Buffer.of(index)),
  };
  return encoder satisfies Encoder;
};

test("among any number of subscribers, each wire encodes a publication once as a delta, once whole and once plain", async () => {
  const hub = new Hub({
    interest: { acquire: async () => undefined, release: () => undefined },
    conflateIntervalMs: () => 0,
  });
  const encoders = [countedEncoder(0), countedEncoder(1)];
  const told: string[] = [];
  let joined = 0;
  const join = async (deltas: boolean) => {
    const encoder = encoders[joined++ % 2] as Encoder;
    const subscriber = {
      id: `${deltas}`,
      deliver: (delivery: Delivery) => void (told.push(formOf(delivery)), delivery.bytes(encoder)),
      insufficientState: () => undefined,
      expireSubscription: () => undefined,
    };
    const subscription = new Subscription(subscriber, channel, false);
    subscription.hearsJoinLeave = true;
    await hub.add(subscription, { deltas });
    subscription.goLive(undefined);
    return subscription;
  };
  await join(false);
  await join(false);
  for (let count = 0; count < 4; count++) await join(true);
  expect(hub.receive(channel, text(1))).toBe(6);
  expect(told).toEqual(["plain", "plain", "whole", "whole", "whole", "whole"]);
  expect(encoders.map(({ count }) => count)).toEqual([2, 2]);
  for (let count = 0; count < 2; count++) await join(true);
  told.length = 0;
  hub.receive(channel, text(2));
  expect(told.toSorted()).toEqual(["delta", "delta", "delta", "delta", "plain", "plain", "whole", "whole"]);
  expect(encoders.map(({ count }) => count)).toEqual([5, 5]);
  // Joins and leaves have no deltas, and do not come in between.
  hub.signal(channel, { kind: "join", info: Buffer.from("{}"), isLast: false });
  told.length = 0;
  hub.receive(channel, text(3));
  expect(told.filter((form) => form === "delta")).toHaveLength(6);
});

test("nothing is kept of a channel that no subscriber with deltas listens to any more", async () => {
  const hub = new Hub({
    interest: { acquire: async () => undefined, release: () => undefined },
    conflateIntervalMs: () => 0,
  });
  const subscriber = {
    id: "c",
    deliver: () => undefined,
    insufficientState: () => undefined,
    expireSubscription: () => undefined,
  };
  const join = async (wish: Parameters<Hub["add"]>[1]) => {
    const subscription = new Subscription(subscriber, channel, false);
    await hub.add(subscription, wish);
    return subscription;
  };
  const [one, other] = [await join({ deltas: true }), await join({ deltas: true })];
  await join({ filter: { key: "", matches: () => true } });
  const [local] = hub.channels();
  hub.receive(channel, text(1));
  hub.remove(one);
  expect(local?.deltas).toBeDefined();
  hub.remove(other);
  expect(local?.deltas).toBeUndefined();
});

test("a body without data, which is not of ours, goes out as it is, and the next one is whole", async () => {
  const [base, reader] = [new DeltaBase(channel), new Reader()];
  reader.formOf(base.next(text(1), undefined));
  expect(base.next({ ...text(2), body: Buffer.from("[]") }, undefined)).toBeUndefined();
  expect(reader.formOf(base.next(text(3), undefined))).toBe("whole");
});
