import { fetchToken } from "./demo-api.js";

/* global Centrifuge -- the SDK from npm, unmodified, served at /vendor/centrifuge.js and loaded before this module. */

/**
 * The words for `WebSocket.readyState`, which every developer who has written `new WebSocket` by hand knows by number.
 * Index is the number.
 */
export const readyStates = [
  { phase: "connecting", word: "Connecting", zh: "未连接" },
  { phase: "connected", word: "Connected", zh: "连接成功" },
  { phase: "closing", word: "Closing", zh: "正在关闭" },
  { phase: "closed", word: "Closed", zh: "已关闭" },
];

/**
 * One connection of this page, as `user`, whom others see as `nameOf()`.
 *
 * `client` is the Centrifuge SDK's own object. `watch(fn)` calls back now and at every change with the *line*:
 * `{ readyState, again, client, node, transport, pingSeconds, connectMs, code, reason, problem }`, where `again` means that
 * it was connected before and is being re-established, and `problem` is why the last try failed.
 */
export function openHub(user, nameOf = () => undefined) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const watchers = new Set();
  let line = { readyState: 0, again: false, transport: "websocket" };
  let socket;
  const change = (part) => {
    line = { ...line, ...part };
    for (const watcher of watchers) watcher(line);
  };

  const client = new Centrifuge(`${scheme}://${location.host}/connection/websocket`, {
    getToken: () => fetchToken(user, nameOf()),
    name: "switchyard-demo",
    minReconnectDelay: 200,
    maxReconnectDelay: 4000,
    websocket: tappedWebSocket({
      opened: (opened) => (socket = opened),
      connected: change,
      closed: () => line.readyState === 2 && change({ readyState: 3 }),
    }),
  });
  client.on("connecting", ({ code, reason }) => {
    change({ readyState: 0, again: line.again || line.readyState === 1, code, reason });
  });
  client.on("connected", ({ client: id, transport }) => {
    change({
      readyState: 1,
      again: true,
      client: id,
      transport,
      code: undefined,
      reason: undefined,
      problem: undefined,
    });
  });
  client.on("disconnected", ({ code, reason }) => {
    // The SDK has let go; the socket may still be shaking hands, and its own `close` then makes this 3.
    const closing = socket !== undefined && socket.readyState !== WebSocket.CLOSED;
    change({ readyState: closing ? 2 : 3, again: false, code, reason });
  });
  client.on("error", ({ error }) => line.readyState === 0 && change({ problem: error.message }));

  return {
    client,
    watch(watcher) {
      watchers.add(watcher);
      watcher(line);
    },
  };
}

/**
 * The browser's WebSocket with an ear on it. The SDK keeps the connect reply's `node` and the end of the closing handshake
 * to itself, and a demo exists to show such things.
 */
function tappedWebSocket({ opened, connected, closed }) {
  return class extends WebSocket {
    constructor(...args) {
      super(...args);
      const startedAt = performance.now();
      this.addEventListener("message", ({ data }) => connected(readConnectReply(data, startedAt)), { once: true });
      this.addEventListener("close", closed);
      opened(this);
    }
  };
}

function readConnectReply(frame, startedAt) {
  try {
    const { connect } = JSON.parse(String(frame).split("\n", 1)[0]);
    return connect && { node: connect.node, pingSeconds: connect.ping, connectMs: performance.now() - startedAt };
  } catch {
    return {}; // Not JSON: the SDK says so in its own way.
  }
}
