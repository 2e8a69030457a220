import { connect } from "node:net";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import Pusher from "pusher";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { portOf } from "../push-doors/door-hub.ts";
import { memberOf, rawClient } from "./pusher-app.ts";

const app = { id: "1", key: "shop-key", secret: "secret-of-the-shop", namespace: "shop" };
const settings = {
  client: { command_rate_limit: 0 },
  plain: { enabled: true, trust_uid: true, channels: ["shop:{room}"], publish: ["shop:{room}"] },
  pusher: { apps: [app] },
  channel: {
    namespaces: [
      {
        name: "shop",
        history_size: 5_000,
        history_ttl: "60s",
        allow_subscribe_for_client: true,
        allow_publish_for_subscriber: true,
      },
    ],
  },
};
/** From each of four doors. */
const each = 1_000;
const sources = ["centrifuge", "plain", "text", "pusher"];

let hub: Hub;
let ports: number[];
let textPort: number;
beforeAll(async () => {
  hub = await startHub({ gateways: 2, workers: 0, settings });
  const withText = await hub.start("gateway", { SWITCHYARD_TEXT_ENABLED: "true", SWITCHYARD_TEXT_PORT: "0" });
  textPort = portOf("text", withText);
  ports = [...hub.gateways, withText].map(({ port }) => port);
});
afterAll(() => hub?.close());

/** Which messages stand in what a client was sent, as `text 17`, however deep they are quoted there. */
function messagesIn(frames: readonly string[]): string[] {
  const marks = frames.flatMap((frame) => [...frame.matchAll(/from\\*":\\*"(\w+)\\*",\\*"n\\*":(\d+)/g)]);
  return marks.map(([, from, n]) => `${from} ${n}`);
}

/** A WebSocket that says this when it is open, and notes every frame. */
async function listen(url: string, first: string) {
  const frames: string[] = [];
  const socket = new WebSocket(url);
  socket.on("message", (data: Buffer) => frames.push(data.toString()));
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(first);
  return { socket, frames };
}

test("one channel is one stream: of a thousand messages from each of four doors every subscriber of every door has all, once, in one order", async () => {
  const gateways = [0, 1, 2];
  const peers = await Promise.all(
    gateways.map(async (gateway) => {
      const peer = await connectPeer(`ws://127.0.0.1:${ports[gateway]}/connection/websocket`);
      await peer.call({ connect: { token: hub.token(`reader-${gateway}`) } });
      await peer.call({ subscribe: { channel: "shop:news" } });
      return peer;
    }),
  );
  const plain = await Promise.all(
    gateways.map((n) => listen(`ws://127.0.0.1:${ports[n]}/connection/plain`, `{"uid":"page-${n}","room":"news"}`)),
  );
  const subscribe = '{"event":"pusher:subscribe","data":{"channel":"news"}}';
  const pushers = await Promise.all(
    gateways.map((n) => listen(`ws://127.0.0.1:${ports[n]}/app/${app.key}?protocol=7`, subscribe)),
  );
  const heard = [...peers, ...plain, ...pushers].map(({ frames }) => frames);
  // The plain wire has no word for "you are in".
  const probe = () => hub.post("/api/publish", { channel: "shop:news", data: "are you there" });
  await eventually(async () => {
    await probe();
    expect(heard.every((frames) => frames.some((text) => text.includes("are you there")))).toBe(true);
  });

  const numbers = Array.from({ length: each }, (_, n) => n);
  for (const n of numbers)
    peers[0]?.send({ id: n + 10, publish: { channel: "shop:news", data: { from: "centrifuge", n } } });
  for (const n of numbers) plain[1]?.socket.send(JSON.stringify({ room: "news", from: "plain", n }));
  const line = connect(textPort, "127.0.0.1");
  line.resume();
  for (const n of numbers) line.write(`${JSON.stringify({ channel: "shop:news", from: "text", n })}\n`);
  const backEnd = new Pusher({ appId: app.id, ...app, host: "127.0.0.1", port: String(hub.api.port), useTLS: false });
  for (let first = 0; first < each; first += 10) {
    const batch = numbers.slice(first, first + 10);
    await backEnd.triggerBatch(batch.map((n) => ({ channel: "news", name: "told", data: { from: "pusher", n } })));
  }

  await eventually(() => expect(heard.map((frames) => messagesIn(frames).length)).toEqual(heard.map(() => 4 * each)), {
    timeoutMs: 30_000,
  });
  const [order = [], ...others] = heard.map(messagesIn);
  for (const other of others) expect(other).toEqual(order);
  for (const source of sources) {
    expect(order.filter((mark) => mark.startsWith(source))).toEqual(numbers.map((n) => `${source} ${n}`));
  }
  line.destroy();
  for (const { socket } of [...plain, ...pushers]) socket.terminate();
  for (const peer of peers) peer.terminate();
});

test("who is in a channel is one list: clients of each door see those of the other come and go", async () => {
  const pusher = await rawClient(ports[0] ?? 0);
  await pusher.say("pusher:subscribe", memberOf(pusher.socketId, "presence-desk", "ann"));
  await pusher.hears("pusher_internal:subscription_succeeded");
  const peer = await connectPeer(`ws://127.0.0.1:${ports[1]}/connection/websocket`);
  const subs = {
    "shop:presence-desk": { info: { name: "Bob" }, override: { force_push_join_leave: { value: true } } },
  };
  await peer.call({ connect: { token: hub.token("bob", { subs }) } });
  expect(await pusher.hears("pusher_internal:member_added")).toBe('{"user_id":"bob","user_info":{"name":"Bob"}}');
  const { body } = await hub.post("/api/presence", { channel: "shop:presence-desk" });
  expect(JSON.stringify(body)).toContain(`"${pusher.socketId}":{"user":"ann","client":"${pusher.socketId}"}`);

  pusher.close();
  await peer.nextPush((push) => JSON.stringify(push).includes(`"leave":{"info":{"user":"ann"`));
  const late = await rawClient(ports[2] ?? 0);
  await late.say("pusher:subscribe", memberOf(late.socketId, "presence-desk", "cleo"));
  expect(await late.hears("pusher_internal:subscription_succeeded")).toContain('"ids":["bob","cleo"]');
  await peer.close();
  expect(await late.hears("pusher_internal:member_removed")).toBe('{"user_id":"bob"}');
  late.close();
});

test.each(["/app/shop-key?protocol=7", "/connection/plain", "/connection/websocket"])(
  "a plain GET to the WebSocket at %s is told what it should ask for",
  async (path) => {
    const response = await fetch(`http://127.0.0.1:${ports[0]}${path}`);
    expect([response.status, response.headers.get("upgrade")]).toEqual([426, "websocket"]);
    expect(await response.text()).toContain("this endpoint speaks WebSocket");
  },
);
