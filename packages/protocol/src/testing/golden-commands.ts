const filter = {
  op: "and",
  nodes: [
    { key: "ticker", cmp: "in", vals: ["AAPL", "ЯНДЕКС"] },
    { op: "not", nodes: [{ key: "price", cmp: "lt", val: "10.5" }] },
  ],
};

/** A command of each kind as an application hands it to an SDK, by the name of its golden files. */
export const goldenCommands: Readonly<Record<string, object>> = {
  connect: { id: 1, connect: { token: "t", name: "js" } },
  "connect-full": {
    id: 4_294_967_295,
    connect: {
      token: "t",
      data: { a: "é" },
      subs: { "user:42": { recover: true, epoch: "abcd", offset: 6 } },
      name: "js",
      version: "5.7",
      headers: { authorization: "Bearer x" },
      flag: 1,
    },
  },
  subscribe: { id: 2, subscribe: { channel: "новости", flag: 1 } },
  "subscribe-full": {
    id: 2,
    subscribe: {
      channel: "a",
      token: "t",
      recover: true,
      epoch: "abcd",
      offset: 9_007_199_254_740_991,
      data: [1],
      positioned: true,
      recoverable: true,
      join_leave: true,
      delta: "fossil",
      tf: filter,
      flag: 3,
    },
  },
  "subscribe-map": { id: 2, subscribe: { channel: "a", type: 1, phase: 2, cursor: "c", limit: 100, asc: true } },
  unsubscribe: { id: 3, unsubscribe: { channel: "a" } },
  publish: { id: 4, publish: { channel: "a", data: { text: "北京" } } },
  "publish-map": { id: 4, publish: { channel: "a", data: null, type: 1, key: "k", removed: true } },
  presence: { id: 5, presence: { channel: "a" } },
  "presence-stats": { id: 6, presence_stats: { channel: "a" } },
  history: { id: 7, history: { channel: "a", limit: -1, since: { offset: 5, epoch: "abcd" }, reverse: true } },
  send: { send: { data: "hi" } },
  rpc: { id: 8, rpc: { data: { year: true }, method: "getCurrentYear" } },
  refresh: { id: 9, refresh: { token: "t" } },
  "sub-refresh": { id: 10, sub_refresh: { channel: "a", token: "t" } },
  "sub-refresh-track": { id: 10, sub_refresh: { channel: "a", token: "t", type: 1, untrack: ["k"] } },
  pong: {},
};
