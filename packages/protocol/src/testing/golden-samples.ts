import { chainDeltas, type SentPublication } from "../delta/publication-delta.ts";
import { encodePublicationBody } from "../publication-body.ts";
import type { Encoding } from "../encoding/encoding.ts";
import type { Push } from "../encoding/push.ts";
import type { Results } from "../encoding/results.ts";

/** A message of each kind, and what an SDK should read in it. Fields that are zero are left out of that. */
export interface GoldenSample {
  readonly encode: (encoding: Encoding) => Buffer;
  readonly means: object;
  /** The data of the publication before, where the subscriber agreed on deltas; empty where there is none. */
  readonly deltasAfter?: string;
}

const info = { user: "42", client: "c1", conn_info: { name: "北京" }, chan_info: [1] };
const infoJson = JSON.stringify(info);
const published = {
  offset: 7,
  body: Buffer.from(
    encodePublicationBody({ payload: '{"id":9007199254740993,"text":"привет"}', info, tags: { type: "news" } }),
  ),
};
const publishedMeans = { offset: 7, data: { id: 9007199254740992, text: "привет" }, info, tags: { type: "news" } };
const bare = { offset: 8, body: Buffer.from('{"data":[0]}') };

const price = (euros: number) => `{"ticker":"ЯНДЕКС","exchange":"Московская биржа","price":${euros}}`;
const chain = chainDeltas(
  [price(100.5), price(101)].map((data, index) => ({
    offset: index + 1,
    body: Buffer.from(encodePublicationBody({ payload: data })),
  })),
);
const [whole, changed] = chain as [SentPublication, SentPublication];
const wholeMeans = { offset: 1, data: { ticker: "ЯНДЕКС", exchange: "Московская биржа", price: 100.5 } };
const changedMeans = { offset: 2, data: { ...wholeMeans.data, price: 101 }, delta: true };

const connected = { client: "c1", version: "1.0", ping: 25, pong: true, node: "n1" } as const;
const recovered = {
  recovered: true,
  was_recovering: true,
  recoverable: true,
  positioned: true,
  epoch: "abcd",
} as const;
const connectedFully = {
  ...connected,
  expires: true,
  ttl: 60,
  session: "s1",
  time: 1_790_000_000_000,
  data: '{"greeting":"hi"}',
  subs: new Map([["user:42", { ...recovered, offset: 6, publications: [published] }]]),
} as const;
const connectedFullyMeans = {
  ...connectedFully,
  data: { greeting: "hi" },
  subs: { "user:42": { ...recovered, offset: 6, publications: [publishedMeans] } },
};

const reply = <M extends keyof Results>(method: M, result: Results[M], means: object = result): GoldenSample => ({
  encode: (encoding) => encoding.reply(5, method, result),
  means: { id: 5, [method]: means },
});

const replies: Record<string, GoldenSample> = {
  connect: reply("connect", connected),
  "connect-full": reply("connect", connectedFully, connectedFullyMeans),
  subscribe: reply("subscribe", {}),
  "subscribe-recovered": reply(
    "subscribe",
    { ...recovered, expires: true, ttl: 9, offset: 6, data: "1", publications: [published, bare] },
    {
      ...recovered,
      expires: true,
      ttl: 9,
      offset: 6,
      data: 1,
      publications: [publishedMeans, { offset: 8, data: [0] }],
    },
  ),
  "subscribe-delta": {
    ...reply(
      "subscribe",
      { ...recovered, delta: true, publications: chain },
      { ...recovered, delta: true, publications: [wholeMeans, changedMeans] },
    ),
    deltasAfter: "",
  },
  unsubscribe: reply("unsubscribe", {}),
  publish: reply("publish", {}),
  presence: reply("presence", { members: new Map([["c1", infoJson]]) }, { presence: { c1: info } }),
  "presence-empty": reply("presence", { members: new Map() }, { presence: {} }),
  "presence-stats": reply("presence_stats", { num_clients: 3, num_users: 2 }),
  history: reply(
    "history",
    { publications: [published], offset: 7, epoch: "abcd" },
    { publications: [publishedMeans], offset: 7, epoch: "abcd" },
  ),
  "history-empty": reply("history", { publications: [], offset: 0, epoch: "abcd" }),
  rpc: reply("rpc", { data: '{"year":2026}' }, { data: { year: 2026 } }),
  refresh: reply("refresh", { client: "c1", version: "1.0", expires: true, ttl: 60 }),
  "sub-refresh": reply("sub_refresh", { expires: true, ttl: 60 }),
  error: {
    encode: (encoding) => encoding.errorReply(5, { code: 100, publicMessage: "internal", temporary: true }),
    means: { id: 5, error: { code: 100, message: "internal", temporary: true } },
  },
  ping: { encode: (encoding) => encoding.ping, means: {} },
};

const ends = { code: 3001, reason: "shutdown" };
const pushes: Record<string, { readonly push: Push; readonly means: object; readonly deltasAfter?: string }> = {
  pub: { push: { kind: "pub", channel: "новости", ...published }, means: { channel: "новости", pub: publishedMeans } },
  "pub-bare": { push: { kind: "pub", channel: "a", ...bare, offset: 0 }, means: { channel: "a", pub: { data: [0] } } },
  "pub-delta-whole": {
    push: { kind: "pub", channel: "a", ...whole },
    means: { channel: "a", pub: wholeMeans },
    deltasAfter: "",
  },
  "pub-delta": {
    push: { kind: "pub", channel: "a", ...changed },
    means: { channel: "a", pub: changedMeans },
    deltasAfter: price(100.5),
  },
  join: { push: { kind: "join", channel: "a", info: Buffer.from(infoJson) }, means: { channel: "a", join: { info } } },
  leave: {
    push: { kind: "leave", channel: "a", info: Buffer.from(infoJson) },
    means: { channel: "a", leave: { info } },
  },
  unsubscribe: {
    push: { kind: "unsubscribe", channel: "a", ...ends },
    means: { channel: "a", unsubscribe: ends },
  },
  message: { push: { kind: "message", data: '"hi"' }, means: { message: { data: "hi" } } },
  subscribe: {
    push: {
      kind: "subscribe",
      channel: "a",
      recoverable: true,
      positioned: true,
      epoch: "abcd",
      offset: 3,
      data: "{}",
    },
    means: { channel: "a", subscribe: { recoverable: true, positioned: true, epoch: "abcd", offset: 3, data: {} } },
  },
  connect: { push: { kind: "connect", result: connectedFully }, means: { connect: connectedFullyMeans } },
  disconnect: {
    push: { kind: "disconnect", ...ends, reconnect: true },
    means: { disconnect: { ...ends, reconnect: true } },
  },
  refresh: { push: { kind: "refresh", expires: true, ttl: 60 }, means: { refresh: { expires: true, ttl: 60 } } },
};

/** By the names of their golden files. */
export const goldenReplies: ReadonlyMap<string, GoldenSample> = new Map([
  ...Object.entries(replies).map(([name, sample]) => [`reply-${name}`, sample] as const),
  ...Object.entries(pushes).map(
    ([name, { push, means, ...rest }]) =>
      [
        `push-${name}`,
        { ...rest, encode: (encoding: Encoding) => encoding.push(push), means: { push: means } },
      ] as const,
  ),
]);

export const goldenBarePushes: ReadonlyMap<string, GoldenSample> = new Map(
  Object.entries(pushes).map(([name, { push, ...rest }]) => [
    `bare-push-${name}`,
    { ...rest, encode: (encoding) => encoding.barePush(push) },
  ]),
);
