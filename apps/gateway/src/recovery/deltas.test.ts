import { jsonEncoding } from "@switchyard/protocol/encoding/json";
import { protobufEncoding } from "@switchyard/protocol/encoding/protobuf";
import { encodePublicationBody } from "@switchyard/protocol/publication-body";
import type { SentPublication } from "@switchyard/protocol/publication-delta";
import { jsonSdk, protobufSdk } from "@switchyard/protocol/testing/sdk-codecs";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createNode, recoveryLimit, type Client } from "./testing/joining-node.ts";
import { SlowStream } from "./testing/slow-stream.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

const turn = async () => {
  for (let count = 0; count < 20; count++) await Promise.resolve();
};

const [json, protobuf] = [jsonSdk(), protobufSdk()];

interface Frame {
  readonly push: { readonly pub: object };
}

/** What an application sees, by the SDK's own decoder, which is told nothing but the frames. */
function readJson(publications: readonly SentPublication[]): unknown[] {
  let held: Uint8Array | undefined;
  return publications.map((publication) => {
    const frame = jsonEncoding.push({ kind: "pub", channel: "c", ...publication }).toString();
    const [{ push }] = json.decodeReplies(frame) as unknown as [Frame];
    const { newData, newPrevValue } = json.applyDeltaIfNeeded(push.pub, held);
    held = newPrevValue;
    return newData;
  });
}

function readProtobuf(publications: readonly SentPublication[]): string[] {
  let held: Uint8Array | undefined;
  return publications.map((publication) => {
    const message = protobufEncoding.push({ kind: "pub", channel: "c", ...publication });
    const frame = Buffer.concat([Buffer.from(varint(message.length)), message]);
    const [{ push }] = protobuf.decodeReplies(frame) as unknown as [Frame];
    const { newData, newPrevValue } = protobuf.applyDeltaIfNeeded(push.pub, held);
    held = newPrevValue;
    return Buffer.from(newData as Uint8Array).toString("latin1");
  });
}

function varint(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, ...varint(length >> 7)];
}

const words = ["Яндекс", "московская биржа", "北京市", "上海", "🚦🛤️", "price", "ж", "з", "и"];
const document = fc.record({
  заголовок: fc.constantFrom(...words),
  rows: fc.array(fc.record({ id: fc.nat(3), text: fc.constantFrom(...words) }), { minLength: 2, maxLength: 6 }),
  n: fc.nat(9),
});
/** Most are documents, some are bytes, and a few texts look like the base64 of bytes. */
const payload = fc.oneof(
  { weight: 8, arbitrary: document.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.constantFrom(Buffer.from([0, 0xff, 0x10, 1]), Buffer.from([0, 0xff, 0x10, 2])) },
  { weight: 1, arbitrary: fc.constantFrom('"AP8QAQ=="', '"AP8QAg=="') },
);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("publish" as const),
      data: payload,
      allowsDelta: fc.boolean(),
      exclude: fc.option(fc.nat(12)),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("hear" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("settle" as const), index: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("join" as const), behind: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("begin" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), index: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(300) }) },
);

interface Joined {
  readonly client: Client;
  /** What it published itself, as it were, and was not sent. */
  readonly own: number[];
  hasLeft: boolean;
}

test("whatever joining, leaving, publishing, conflating and recovering do in between, the SDK reads what was published", async () => {
  let deltaCount = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(20),
      fc.array(step, { minLength: 20, maxLength: 80 }),
      fc.constantFrom(0, 0, 100),
      async (before, steps, conflateIntervalMs) => {
        const stream = new SlowStream();
        const published = new Map<number, string | Buffer>();
        const publish = (payload: string | Buffer, rest: object = {}) => {
          stream.publish({ body: Buffer.from(encodePublicationBody({ payload })), ...rest });
          published.set(stream.top, payload);
        };
        for (let count = 0; count < before; count++) publish(`{"text":"начало № ${count}, 开始"}`);
        while (stream.hear() !== undefined);
        const node = createNode(stream, { conflateIntervalMs });
        const all: Joined[] = [];
        const join = (offset: number, epoch?: string) =>
          void all.push({ client: node.join(offset, epoch, { delta: "fossil" }), own: [], hasLeft: false });
        for (const each of steps) {
          if (each.kind === "publish") {
            const sender = each.exclude === null ? undefined : all[each.exclude];
            const exclude = sender?.client.subscription.subscriber.id;
            publish(each.data, { allowsDelta: each.allowsDelta, ...(exclude !== undefined && { exclude }) });
            sender?.own.push(stream.top);
          } else if (each.kind === "hear") node.hear();
          else if (each.kind === "settle") await stream.settle(each.index);
          else if (each.kind === "join") join(stream.before(each.behind));
          else if (each.kind === "begin") join(stream.top, "");
          else if (each.kind === "pass") vi.advanceTimersByTime(each.ms);
          else {
            const leaving = all[each.index];
            if (leaving === undefined) continue;
            node.leave(leaving.client);
            leaving.hasLeft = true;
          }
          await turn();
        }
        await node.finish();
        vi.advanceTimersByTime(1_000);
        for (const { client, own, hasLeft } of all) {
          const { got, publications, recovered, fromOffset } = client;
          expect(client.losses).toBe(0);
          expect(hasLeft || client.subscription.position?.offset === stream.top).toBe(true);
          // Its own ones may be among what it recovers.
          const missed = stream.behind(recovered ? fromOffset : (got[0] ?? stream.top + 1) - 1);
          const everything = missed.filter((offset) => got.includes(offset) || !own.includes(offset));
          expect(got).toEqual(hasLeft || conflateIntervalMs > 0 ? got : everything);
          const data = got.map((offset) => published.get(offset) ?? "");
          expect(readProtobuf(publications)).toEqual(data.map((each) => Buffer.from(each).toString("latin1")));
          expect(readJson(publications)).toEqual(
            data.map((each): unknown => JSON.parse(typeof each === "string" ? each : `"${each.toString("base64")}"`)),
          );
          deltaCount += publications.filter(({ delta }) => delta?.ofText !== undefined).length;
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(deltaCount).toBeGreaterThan(1_000);
}, 60_000);

const documentOf = (n: number) => Buffer.from(`{"data":{"заголовок":"Котировки московской биржи","n":${n}}}`);
const formsOf = ({ publications }: Client) =>
  publications.map(({ offset, delta }) => `${offset} ${delta?.ofText === undefined ? "whole" : "delta"}`);

/** A stream of such documents, and a node that hears it. */
function createScene(before: number) {
  const stream = new SlowStream();
  const publish = (rest: object = {}) =>
    stream.publish({ body: documentOf(stream.top + 1), allowsDelta: true, ...rest });
  for (let count = 0; count < before; count++) publish();
  while (stream.hear() !== undefined);
  const node = createNode(stream);
  const join = async (from?: number) => {
    const client = node.join(from ?? 0, from === undefined ? "" : undefined, { delta: "fossil" });
    await node.finish();
    return client;
  };
  const send = (rest?: object) => {
    publish(rest);
    node.hear();
  };
  return { stream, node, join, send };
}

test("who begins gets the first one whole, and deltas from then on; who comes later begins whole too", async () => {
  const { join, send } = createScene(3);
  const first = await join();
  send();
  send();
  const second = await join();
  send();
  send();
  expect(formsOf(first)).toEqual(["4 whole", "5 delta", "6 delta", "7 delta"]);
  expect(formsOf(second)).toEqual(["6 whole", "7 delta"]);
});

test("what comes while a subscriber is joining is sent behind the answer, and as deltas too", async () => {
  const { stream, node, send } = createScene(3);
  const client = node.join(3, "", { delta: "fossil" });
  await turn();
  stream.execute(0);
  send();
  send();
  await node.finish();
  send();
  expect(formsOf(client)).toEqual(["4 whole", "5 delta", "6 delta"]);
});

test("who recovers gets the first one whole, and the first live one continues from the last recovered", async () => {
  const { join, send } = createScene(3);
  const alone = await join(1);
  send();
  const later = await join(2);
  send();
  expect(formsOf(alone)).toEqual(["2 whole", "3 delta", "4 delta", "5 delta"]);
  expect(formsOf(later)).toEqual(["3 whole", "4 delta", "5 delta"]);
});

test("who has recovered nothing begins whole: what it was sent before the gap is not known here", async () => {
  const { join, send } = createScene(3);
  const other = await join();
  send();
  const back = await join(4);
  send();
  expect(formsOf(other)).toEqual(["4 whole", "5 delta"]);
  expect(formsOf(back)).toEqual(["5 whole"]);
});

test("a publication without `delta` comes whole, and the next one continues from it", async () => {
  const { join, send } = createScene(0);
  const client = await join();
  for (const allowsDelta of [true, true, false, true]) send({ allowsDelta });
  expect(formsOf(client)).toEqual(["1 whole", "2 delta", "3 whole", "4 delta"]);
});

test("a sender that is left out gets the next one whole, and only it does", async () => {
  const { join, send } = createScene(0);
  const [sender, other] = [await join(), await join()];
  send();
  send();
  send({ exclude: sender.subscription.subscriber.id });
  send();
  send();
  expect(formsOf(sender)).toEqual(["1 whole", "2 delta", "4 whole", "5 delta"]);
  expect(formsOf(other)).toEqual(["1 whole", "2 delta", "3 delta", "4 delta", "5 delta"]);
});

test("the last publication is kept for as long as a subscriber with deltas is there", async () => {
  const { join, send, node } = createScene(0);
  const [first, second] = [await join(), await join()];
  node.join(0, "");
  await node.finish();
  send();
  node.leave(first);
  send();
  node.leave(second);
  // Somebody without deltas is still there, and hears it.
  send();
  const third = await join(2);
  send();
  expect(formsOf(second)).toEqual(["1 whole", "2 delta"]);
  expect(formsOf(third)).toEqual(["3 whole", "4 delta"]);
});

test("beside a filter there are no deltas", async () => {
  const { stream, node, send } = createScene(0);
  const filter = { key: "all", matches: () => true };
  const client = node.join(0, "", { delta: "fossil", filter });
  await node.finish();
  send();
  send();
  expect([stream.top, client.hasDeltas]).toEqual([2, false]);
  expect(client.publications.map(({ delta }) => delta)).toEqual([undefined, undefined]);
});

test("a crowd that recovers shares the deltas, so each is worked out once", async () => {
  const { node, stream } = createScene(30);
  const crowd = Array.from({ length: 100 }, () => node.join(10, undefined, { delta: "fossil" }));
  await node.finish();
  expect(stream.top - 10).toBeLessThanOrEqual(recoveryLimit);
  const last = crowd.map(({ publications }) => publications.at(-1)?.delta);
  // One of the first client's own reading, one of the shared reading.
  expect(new Set(last).size).toBeLessThanOrEqual(2);
});
