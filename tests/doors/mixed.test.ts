import { connect } from "node:net";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { Centrifuge } from "centrifuge";
import Pusher from "pusher";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { portOf } from "../push-doors/door-hub.ts";
import { memberOf, rawClient } from "./pusher-app.ts";

const app = { id: "1", key: "shop-key", secret: "secret-of-the-shop", namespace: "shop", client_events: true };
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
        allow_event_for_subscriber: true,
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

test("an event of one client reaches the others at every door and on every gateway, with who sent it, and is not kept", async () => {
  const subs = { "shop:presence-desk": {}, "shop:hall": {} };
  const [ann, ben] = ["ann", "ben"].map((user, gateway) => {
    const sdk = new Centrifuge(`ws://127.0.0.1:${ports[gateway]}/connection/websocket`, {
      websocket: WebSocket,
      token: hub.token(user, { subs }),
    });
    const heard: unknown[] = [];
    sdk.on("publication", ({ channel, data, offset, info }) => heard.push([channel, data, offset, info?.user]));
    sdk.connect();
    return { sdk, heard };
  }) as [{ sdk: Centrifuge; heard: unknown[] }, { sdk: Centrifuge; heard: unknown[] }];
  await Promise.all([ann.sdk.ready(10_000), ben.sdk.ready(10_000)]);
  const pusher = await rawClient(ports[2] ?? 0);
  await pusher.say("pusher:subscribe", memberOf(pusher.socketId, "presence-desk", "cleo"));
  await pusher.hears("pusher_internal:subscription_succeeded");
  const plain = await listen(`ws://127.0.0.1:${ports[1]}/connection/plain`, '{"uid":"dora","room":"hall"}');
  await eventually(async () => {
    await hub.post("/api/publish", { channel: "shop:hall", data: "are you there" });
    expect(plain.frames).toContain("are you there");
  });
  const send = (channel: string, event: string, data: object) => ann.sdk.rpc("channel.event", { channel, event, data });

  await send("shop:presence-desk", "client-typing", { far: 1 });
  const typing = ["shop:presence-desk", { event: "client-typing", data: { far: 1 } }, undefined, "ann"];
  await eventually(() => expect(ben.heard).toContainEqual(typing));
  expect(await pusher.hears("client-typing")).toBe('{"far":1}');
  await send("shop:hall", "client-typing", {});
  await eventually(() => expect(plain.frames).toContain('{"event":"client-typing","data":{}}'));
  pusher.socket.send('{"event":"client-nod","channel":"presence-desk","data":{"deep":true}}');
  const nod = ["shop:presence-desk", { event: "client-nod", data: { deep: true } }, undefined, "cleo"];
  for (const { heard } of [ann, ben]) await eventually(() => expect(heard).toContainEqual(nod));
  // What came to all afterwards has come to the sender, so its own event would have.
  expect(ann.heard).not.toContainEqual(typing);
  const { body } = await hub.post("/api/history", { channel: "shop:presence-desk", limit: 10 });
  expect(body).toMatchObject({ result: { publications: [] } });

  await expect(send("shop:elsewhere", "client-typing", {})).rejects.toMatchObject({ code: 103 });
  await expect(send("shop:hall", "typing", {})).rejects.toMatchObject({
    code: 107,
    message: expect.stringContaining("must begin with `client-`"),
  });
  const large = send("shop:hall", "client-typing", { text: "x".repeat(4_096) });
  await expect(large).rejects.toMatchObject({ code: 106, message: expect.stringContaining("the bound is 4096") });
  const many = await Promise.allSettled(Array.from({ length: 20 }, () => send("shop:hall", "client-typing", {})));
  const refused = many.filter(({ status }) => status === "rejected");
  expect(refused.length).toBeGreaterThanOrEqual(7);
  expect(refused[0]).toMatchObject({ reason: { code: 111 } });
  for (const { sdk } of [ann, ben]) sdk.disconnect();
  pusher.close();
  plain.socket.terminate();
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
