import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { Centrifuge } from "centrifuge";
import { Centrifuge as CentrifugeProtobuf } from "centrifuge/build/protobuf";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";

/** Subscribers with deltas are the SDK as it comes from npm, in both its builds: it applies what the gateways make. */

let hub: Hub;
beforeAll(async () => {
  const wiki = {
    name: "wiki",
    allow_subscribe_for_client: true,
    allow_publish_for_client: true,
    allowed_delta_types: ["fossil"],
    delta_publish: true,
    history_size: 500,
    history_ttl: "60s",
    force_recovery: true,
  };
  const namespaces = [
    wiki,
    { ...wiki, name: "asked", delta_publish: false },
    { ...wiki, name: "newest", history_size: 1, force_recovery_mode: "cache", auto_cache_recover: true },
    { ...wiki, name: "fleeting", history_size: 0, force_recovery: false },
    { ...wiki, name: "filtered", allow_tags_filter: true },
    { name: "whole", allow_subscribe_for_client: true, delta_publish: true },
  ];
  hub = await startHub({ gateways: 2, workers: 0, settings: { channel: { namespaces } } });
});
afterAll(() => hub?.close());

interface Reader {
  readonly sdk: Centrifuge;
  readonly read: unknown[];
  readonly recoveries: boolean[];
}

/** @param urls of one attempt to connect after the other, and the last one of all further ones */
async function createReader(SomeCentrifuge: typeof Centrifuge, urls: readonly string[]): Promise<Reader> {
  let attempt = 0;
  class Balanced extends WebSocket {
    constructor(_: string, protocols: string | string[]) {
      super(urls[Math.min(attempt++, urls.length - 1)] as string, protocols, { allowSynchronousEvents: false });
    }
  }
  const options = { websocket: Balanced, token: hub.token("reader"), minReconnectDelay: 50, maxReconnectDelay: 300 };
  const sdk = new SomeCentrifuge("ws://balanced.invalid", options);
  const subscription = sdk.newSubscription("wiki:page", { delta: "fossil" });
  const read: unknown[] = [];
  const recoveries: boolean[] = [];
  subscription.on("publication", ({ data }) => void read.push(valueOf(data)));
  subscription.on("subscribed", ({ wasRecovering, recovered }) => void (wasRecovering && recoveries.push(recovered)));
  subscription.subscribe();
  sdk.connect();
  await subscription.ready(10_000);
  return { sdk, read, recoveries };
}

/** Of the Protobuf build data is bytes. */
function valueOf(data: unknown): unknown {
  return data instanceof Uint8Array ? JSON.parse(Buffer.from(data).toString()) : data;
}

const words = fc.constantFrom(
  "Яндекс",
  "московская биржа",
  "北京市朝阳区",
  "上海",
  "🚦🛤️",
  "ё",
  "е",
  "Zug",
  '\\u0000\n"',
);
const wikiPages = fc.record({
  заголовок: fc.array(words, { minLength: 1, maxLength: 5 }).map((list) => list.join(" ")),
  строки: fc.array(fc.record({ id: fc.nat(50), текст: words, цена: fc.double({ noNaN: true }) }), { maxLength: 20 }),
});
type WikiPage = typeof wikiPages extends fc.Arbitrary<infer T> ? T : never;

/** Each is the one before with a line more or less, and now and then another altogether. */
function editions(count: number): WikiPage[] {
  let last: WikiPage | undefined;
  return fc.sample(wikiPages, count).map((page, index) => {
    const строки = [...(last?.строки ?? [])];
    строки.splice(index % 7, index % 3 === 0 ? 1 : 0, ...page.строки.slice(0, 1));
    last = last === undefined || index % 20 === 19 ? page : { ...last, строки };
    return last;
  });
}

async function publish(channel: string, data: unknown, more: object = {}): Promise<{ offset: number; epoch: string }> {
  const { body } = await hub.post("/api/publish", { channel, data, ...more });
  expect(body).toHaveProperty("result");
  return (body as { result: { offset: number; epoch: string } }).result;
}

test("the SDK reads every document as it was published, also who came late and who came back from a killed gateway", async () => {
  const pages = editions(150);
  const send = async (from: number, to: number) => {
    for (const page of pages.slice(from, to)) await publish("wiki:page", page);
  };
  const doomed = await hub.start("gateway");
  const doomedUrl = `ws://127.0.0.1:${doomed.port}/connection/websocket`;
  const [one, other] = [hub.websocketUrl(0), hub.websocketUrl(1)];
  const steady = await createReader(Centrifuge, [one]);
  const binary = await createReader(CentrifugeProtobuf as unknown as typeof Centrifuge, [doomedUrl, one]);
  const thrown = await createReader(Centrifuge, [doomedUrl, other]);
  await send(0, 50);
  const late = await createReader(Centrifuge, [other]);
  for (const { read } of [binary, thrown]) await eventually(() => expect(read.length).toBeGreaterThan(0));
  const killed = doomed.kill();
  await send(50, 100);
  await killed;
  await send(100, 150);
  const expected = JSON.parse(JSON.stringify(pages)) as unknown[];
  for (const { read } of [steady, binary, thrown]) await eventually(() => expect(read).toEqual(expected));
  await eventually(() => expect(late.read).toEqual(expected.slice(50)));
  for (const { recoveries } of [binary, thrown]) expect(recoveries).toEqual([true]);
  for (const { sdk } of [steady, binary, thrown, late]) sdk.disconnect();
});

async function connected(): Promise<CentrifugePeer> {
  const peer = await connectPeer(hub.websocketUrl());
  await peer.call({ connect: { token: hub.token("raw") } });
  return peer;
}

const page = (n: number) => ({ заголовок: "Котировки московской биржи", строки: "北京 ".repeat(20), n });
const wholeOf = (n: number) => ({ data: JSON.stringify(page(n)) });
/** A delta is a text that ends with the checksum of what it makes. */
const deltaOf = { delta: true, data: expect.stringMatching(/^[\w~]+\n.+;$/) };

/** The publications of so many pushes. */
async function pubsOf(peer: CentrifugePeer, count: number): Promise<unknown[]> {
  const pubs: unknown[] = [];
  for (let taken = 0; taken < count; taken++) pubs.push((await peer.nextPush())["pub"]);
  return pubs;
}

test("on the wire, data is a text: all of the JSON at first, and then a delta of it, under `delta`", async () => {
  const peer = await connected();
  const reply = await peer.call({ subscribe: { channel: "wiki:raw", delta: "fossil" } });
  expect(reply["subscribe"]).toMatchObject({ delta: true, positioned: true });
  for (const n of [1, 2]) await publish("wiki:raw", page(n), { tags: { n: `${n}` } });
  await publish("wiki:raw", "short");
  expect(await pubsOf(peer, 3)).toEqual([
    { offset: 1, ...wholeOf(1), tags: { n: "1" } },
    { offset: 2, ...deltaOf, tags: { n: "2" } },
    { offset: 3, data: '"short"' },
  ]);
  await peer.close();
});

test("in the reply, what was missed is such a chain too, and what comes live continues it", async () => {
  const { epoch } = await publish("wiki:chain", page(1));
  for (const n of [2, 3]) await publish("wiki:chain", page(n));
  const peer = await connected();
  const request = { channel: "wiki:chain", delta: "fossil", recover: true, offset: 1, epoch };
  const { subscribe } = await peer.call({ subscribe: request });
  expect(subscribe).toMatchObject({
    delta: true,
    recovered: true,
    publications: [
      { offset: 2, ...wholeOf(2) },
      { offset: 3, ...deltaOf },
    ],
  });
  await publish("wiki:chain", page(4));
  expect(await pubsOf(peer, 1)).toEqual([{ offset: 4, ...deltaOf }]);
  await peer.close();
});

test("the newest publication that a channel hands out at first is what deltas begin with", async () => {
  await publish("newest:1", page(1));
  const peer = await connected();
  const { subscribe } = await peer.call({ subscribe: { channel: "newest:1", delta: "fossil" } });
  expect(subscribe).toMatchObject({ delta: true, publications: [{ offset: 1, ...wholeOf(1) }] });
  await publish("newest:1", page(2));
  expect(await pubsOf(peer, 1)).toEqual([{ offset: 2, ...deltaOf }]);
  await peer.close();
});

test("deltas need neither history nor positions", async () => {
  const peer = await connected();
  expect(await peer.call({ subscribe: { channel: "fleeting:1", delta: "fossil" } })).toMatchObject({
    subscribe: { delta: true },
  });
  for (const n of [1, 2]) await publish("fleeting:1", page(n));
  expect(await pubsOf(peer, 2)).toEqual([wholeOf(1), deltaOf]);
  await peer.close();
});

test("where the namespace does not say it, those publications come as deltas that say it themselves, of publish and broadcast", async () => {
  const peer = await connected();
  await peer.call({ subscribe: { channel: "asked:1", delta: "fossil" } });
  await publish("asked:1", page(1), { delta: true });
  await publish("asked:1", page(2), { delta: true });
  await publish("asked:1", page(3));
  await hub.post("/api/broadcast", { channels: ["asked:1"], data: page(4), delta: true });
  const offset = (n: number) => ({ offset: n });
  expect(await pubsOf(peer, 4)).toEqual([
    { ...offset(1), ...wholeOf(1) },
    { ...offset(2), ...deltaOf },
    { ...offset(3), ...wholeOf(3) },
    { ...offset(4), ...deltaOf },
  ]);
  await peer.close();
});

test("what a client publishes where the namespace says it comes as deltas too, with who published it", async () => {
  const peer = await connected();
  await peer.call({ subscribe: { channel: "wiki:client", delta: "fossil" } });
  for (const n of [1, 2]) await peer.call({ publish: { channel: "wiki:client", data: page(n) } });
  const info = { user: "raw", client: expect.any(String) };
  expect(await pubsOf(peer, 2)).toEqual([
    { offset: 1, ...wholeOf(1), info },
    { offset: 2, ...deltaOf, info },
  ]);
  await peer.close();
});

test.each([
  ["a namespace that has none", "whole:1", { delta: "fossil" }],
  ["a kind that is not known", "wiki:kind", { delta: "vcdiff" }],
  ["a subscription with a filter", "filtered:1", { delta: "fossil", tf: { key: "n", cmp: "nex" } }],
  ["a subscription that does not ask", "wiki:none", {}],
])("%s gives no deltas: the reply does not say so, and data is the JSON itself", async (_, channel, wish) => {
  const peer = await connected();
  const { subscribe } = await peer.call({ subscribe: { channel, ...wish } });
  expect(subscribe).not.toHaveProperty("delta");
  for (const n of [1, 2]) await publish(channel, page(n));
  expect(await pubsOf(peer, 2)).toMatchObject([{ data: page(1) }, { data: page(2) }]);
  await peer.close();
});

test("a subscription of the server's has deltas where the client asks for them in connect.subs", async () => {
  const token = hub.token("raw", { subs: { "wiki:server": {}, "wiki:silent": {} } });
  const peer = await connectPeer(hub.websocketUrl());
  const { connect } = await peer.call({ connect: { token, subs: { "wiki:server": { delta: "fossil" } } } });
  const { subs } = connect as { subs: Record<string, object> };
  expect(subs["wiki:server"]).toMatchObject({ delta: true });
  expect(subs["wiki:silent"]).not.toHaveProperty("delta");
  for (const n of [1, 2]) {
    await publish("wiki:server", page(n));
    await publish("wiki:silent", page(n));
  }
  const pubs = await pubsOf(peer, 4);
  expect(pubs).toEqual([
    { offset: 1, ...wholeOf(1) },
    { offset: 1, data: page(1) },
    { offset: 2, ...deltaOf },
    { offset: 2, data: page(2) },
  ]);
  await peer.close();
});

test("a kind of deltas that is no text is refused by its name, and the connection goes on", async () => {
  const peer = await connectPeer(hub.websocketUrl());
  const wrong = { token: hub.token("u"), subs: { "user:u": { delta: 5 } } };
  const message = "bad request: connect.subs.user:u.delta: must be a text";
  expect(await peer.call({ connect: wrong })).toMatchObject({ error: { code: 107, message } });
  await peer.close();
  const other = await connected();
  const reply = await other.call({ subscribe: { channel: "wiki:five", delta: 5 } });
  expect(reply).toMatchObject({ error: { code: 107, message: "bad request: delta: must be a text" } });
  expect(await other.call({ subscribe: { channel: "wiki:five", delta: null } })).toHaveProperty("subscribe");
  await other.close();
});
