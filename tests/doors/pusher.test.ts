import { authOf, channelText, userText } from "@switchyard/pusher/signature";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import Echo from "laravel-echo";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  connected,
  keys,
  openFront,
  openPusher,
  rawClient,
  closeOf,
  memberOf,
  statusOf,
  strict,
  recoverMissed,
  settings,
  subscribed,
  type Pusher,
  type Visitor,
} from "./pusher-app.ts";

let hub: Hub;
const open: Pusher[] = [];
beforeAll(async () => {
  hub = await startHub({ gateways: 3, workers: 0, settings });
});
afterEach(() => {
  for (const pusher of open.splice(0)) pusher.disconnect();
});
afterAll(() => hub?.close());

const portOf = (gateway: number) => hub.gateways[gateway]?.port ?? 0;

async function visit(gateway: number, visitor?: Visitor): Promise<Pusher> {
  const pusher = openPusher(portOf(gateway), visitor);
  open.push(pusher);
  return connected(pusher);
}

const publish = (channel: string, data: unknown) => hub.post("/api/publish", { channel, data });
const named = (heard: readonly string[], name: string) => heard.filter((text) => text.startsWith(name));

test("what is published at one door arrives at the other, with its name or as `message`, and apps hear nothing of each other", async () => {
  const [pusher, stranger] = [await visit(0), await visit(1, { key: "other-key" })];
  const { heard } = await subscribed(pusher, "news");
  const { heard: heardByStranger } = await subscribed(stranger, "news");
  const peer = await connectPeer(hub.websocketUrl(2));
  await peer.call({ connect: { token: hub.token("reader", { subs: { "shop:news": {} } }) } });
  await publish("shop:news", { event: "paid", data: '{"id":1}' });
  await publish("shop:news", { text: "hello" });
  await eventually(() => {
    expect(named(heard, "paid")).toEqual(['paid {"id":1}']);
    expect(named(heard, "message")).toEqual(['message {"text":"hello"}']);
    expect(peer.pushes.map((push) => JSON.stringify(push)).join()).toContain('"event":"paid"');
  });
  expect(named(heardByStranger, "paid")).toEqual([]);
  await peer.close();
});

test("a private channel takes the app's signature for this very connection, and says what to sign and never the signature", async () => {
  const pusher = await visit(0);
  await subscribed(pusher, "private-orders");
  const raw = await rawClient(portOf(1));
  await raw.say("pusher:subscribe", { channel: "private-orders", auth: authOf(keys, "1.1:private-orders") });
  const answer = await raw.hears("pusher:subscription_error");
  const text = channelText({ socketId: raw.socketId, channel: "private-orders" });
  expect(answer).toContain(text);
  expect(answer).not.toContain(authOf(keys, text).split(":")[1]);
  raw.close();
});

test("client events reach everybody else in the channel, on every gateway, with who sent them, and have a rate", async () => {
  const [ann, bob] = [await visit(0, { user: "ann" }), await visit(1, { user: "bob" })];
  const { channel, heard: heardByAnn } = await subscribed(ann, "presence-desk");
  const { channel: ofBob } = await subscribed(bob, "presence-desk");
  const seen: unknown[] = [];
  ofBob.bind("client-typing", (data: unknown, meta: unknown) => seen.push([data, meta]));
  const errors: unknown[] = [];
  ann.connection.bind("error", (error: unknown) => errors.push(error));
  for (let count = 0; count < 15; count++) channel.trigger("client-typing", { count });
  await eventually(() => expect(JSON.stringify(errors)).toContain('"code":4301'));
  await eventually(() =>
    expect(seen.slice(0, 10)).toEqual(seen.slice(0, 10).map((_, count) => [{ count }, { user_id: "ann" }])),
  );
  expect(seen.length).toBeGreaterThanOrEqual(10);
  expect(named(heardByAnn, "client-typing")).toEqual([]);
  expect(ann.connection.state).toBe("connected");
});

test("a user with many tabs on many gateways is one member: told of once, gone with the last tab, and not by a reload", async () => {
  const watcher = await visit(0, { user: "watcher" });
  const { channel, heard } = await subscribed(watcher, "presence-room");
  const tabs = [];
  for (const gateway of [0, 1, 2]) tabs.push(await visit(gateway, { user: "42", info: { name: "Ann" } }));
  for (const tab of tabs) {
    const { channel: ofTab } = await subscribed(tab, "presence-room");
    expect(Object.keys((ofTab as unknown as { members: { members: object } }).members.members).toSorted()).toEqual([
      "42",
      "watcher",
    ]);
  }
  const changes = () => heard.filter((text) => /member_(?:added|removed)/.test(text));
  await eventually(() => expect(changes()).toEqual(['pusher:member_added {"id":"42","info":{"name":"Ann"}}']));
  const { body } = await hub.post("/api/presence", { channel: "shop:presence-room" });
  expect(Object.values((body as { result: { presence: object } }).result.presence)).toHaveLength(4);

  for (const tab of tabs) tab.disconnect();
  const again = await visit(1, { user: "42", info: { name: "Ann" } });
  await subscribed(again, "presence-room");
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  expect(changes()).toHaveLength(1);
  again.disconnect();
  await eventually(() => expect(changes()[1]).toBe('pusher:member_removed {"id":"42","info":{"name":"Ann"}}'));
  expect((channel as unknown as { members: { count: number } }).members.count).toBe(1);
});

test("a cache channel hands out its last event, or says that there is none; client events are not kept", async () => {
  const first = await subscribed(await visit(0), "private-cache-price");
  await eventually(() => expect(named(first.heard, "pusher:cache_miss")).toHaveLength(1));
  await publish("shop:private-cache-price", { event: "price", data: "1" });
  await publish("shop:private-cache-price", { event: "price", data: "2" });
  first.channel.trigger("client-bid", {});
  await eventually(() => expect(named(first.heard, "price")).toEqual(["price 1", "price 2"]));
  const late = await subscribed(await visit(1), "private-cache-price");
  await eventually(() => expect(late.heard.slice(1, 2)).toEqual(["price 2"]));
});

test("who signs in gets what is addressed to them, is on the watchlists of others, and can be sent away for good", async () => {
  const ann = await visit(0, { user: "ann", watchlist: ["bob"] });
  const changes: unknown[] = [];
  ann.user.watchlist.bind_global((_: string, data: unknown) => changes.push(data));
  ann.signin();
  await eventually(() => expect(changes).toEqual([{ name: "offline", user_ids: ["bob"] }]));
  const bob = await visit(2, { user: "bob" });
  const got: unknown[] = [];
  bob.user.bind("offer", (data: unknown) => got.push(data));
  bob.signin();
  await eventually(() => expect(changes[1]).toEqual({ name: "online", user_ids: ["bob"] }));
  await hub.post("/api/publish", { user: "shop:bob", data: { event: "offer", data: "{}" } });
  await eventually(() => expect(got).toEqual([{}]));
  await hub.post("/api/disconnect", { user: "shop:bob" });
  await eventually(() => expect(bob.connection.state).toBe("disconnected"));
  await eventually(() => expect(changes[2]).toEqual({ name: "offline", user_ids: ["bob"] }), { timeoutMs: 8_000 });
  const stranger = await rawClient(portOf(0));
  await stranger.say("pusher:subscribe", { channel: "#server-to-user-bob", auth: "" });
  expect(await stranger.hears("pusher:subscription_error")).toContain("AuthError");
  stranger.close();
});

test("a signature says who one connection is: not twice, not for another, and not with a list of everybody", async () => {
  const raw = await rawClient(portOf(1));
  const signIn = (id: string, watchlist: string[] = [], socketId = raw.socketId) => {
    const userData = JSON.stringify({ id, watchlist });
    return raw.say("pusher:signin", { user_data: userData, auth: authOf(keys, userText(socketId, userData)) });
  };
  await signIn("ann", [], "1.1");
  expect(await raw.hears("pusher:error")).toContain('"code":4009');
  await signIn(
    "ann",
    Array.from({ length: 101 }, (_, index) => `u${index}`),
  );
  expect(await raw.hears("pusher:signin_success")).toContain("u100");
  await eventually(() => expect(JSON.stringify(raw.said)).toContain('"code":4302'));
  await signIn("bob");
  await eventually(() => expect(JSON.stringify(raw.said)).toContain("another user is signed in here"));
  raw.close();
});

test("subscribers are told how many they are, over all gateways", async () => {
  const { heard } = await subscribed(await visit(0), "crowd");
  const others = [await visit(1), await visit(2)];
  for (const other of others) await subscribed(other, "crowd");
  const last = () => named(heard, "pusher:subscription_count").at(-1);
  await eventually(() => expect(last()).toBe('pusher:subscription_count {"subscription_count":3}'));
  others[0]?.unsubscribe("crowd");
  await eventually(() => expect(last()).toBe('pusher:subscription_count {"subscription_count":2}'));
});

test("Laravel Echo listens, whispers, and knows who is here", async () => {
  const echoOf = async (gateway: number, user: string) =>
    new Echo({ broadcaster: "pusher", client: await visit(gateway, { user, info: { name: user } }), key: keys.key });
  const [ann, bob] = [await echoOf(0, "ann"), await echoOf(1, "bob")];
  const told: string[] = [];
  ann
    .join("chat")
    .here((members: { name: string }[]) => void told.push(`here ${members.map(({ name }) => name).join()}`))
    .joining(({ name }: { name: string }) => void told.push(`joining ${name}`))
    .leaving(({ name }: { name: string }) => void told.push(`leaving ${name}`))
    .listenForWhisper("typing", ({ name }: { name: string }) => void told.push(`whisper ${name}`))
    .listen("OrderShipped", ({ id }: { id: number }) => void told.push(`order ${id}`));
  await eventually(() => expect(told).toEqual(["here ann"]));
  const room = bob.join("chat");
  await eventually(() => expect(told).toEqual(["here ann", "joining bob"]));
  room.whisper("typing", { name: "bob" });
  await publish("shop:presence-chat", { event: "App\\Events\\OrderShipped", data: '{"id":7}' });
  await eventually(() => expect(told.slice(2).toSorted()).toEqual(["order 7", "whisper bob"]));
  bob.leave("chat");
  await eventually(() => expect(told.at(-1)).toBe("leaving bob"), { timeoutMs: 8_000 });
});

test("after kill -9 of a gateway its users are gone for all others, and a client with the recovery script misses nothing", async () => {
  const front = await openFront(portOf(2));
  const recovering = openPusher(front.port);
  open.push(recovering);
  recoverMissed(recovering);
  const { heard } = await subscribed(recovering, "orders");
  const { heard: heardByWatcher } = await subscribed(await visit(0, { user: "watcher" }), "presence-hall");
  await subscribed(await visit(2, { user: "lost" }), "presence-hall");
  await eventually(() => expect(named(heardByWatcher, "pusher:member_added")).toHaveLength(1));

  let count = 0;
  const next = () => publish("shop:orders", { event: "order", data: String(++count) });
  await next();
  await eventually(() => expect(named(heard, "order")).toHaveLength(1));
  await hub.gateways[2]?.kill();
  front.goOnTo(portOf(0));
  for (let i = 0; i < 5; i++) await next();
  await connected(recovering);
  await next();
  await eventually(() =>
    expect(named(heard, "order")).toEqual(["1", "2", "3", "4", "5", "6", "7"].map((n) => `order ${n}`)),
  );
  await eventually(() => expect(named(heardByWatcher, "pusher:member_removed")).toHaveLength(1), { timeoutMs: 16_000 });
  recovering.disconnect();
  front.close();
});

test("a client that was away for longer than the history reaches back is told so, and gets no part", async () => {
  const pusher = await visit(0);
  pusher.disconnect();
  recoverMissed(pusher);
  pusher.connect();
  const { heard } = await subscribed(await connected(pusher), "flood");
  await publish("shop:flood", { event: "drop", data: "0" });
  await eventually(() => expect(named(heard, "drop")).toHaveLength(1));
  pusher.disconnect();
  for (let count = 0; count < 105; count++) await publish("shop:flood", { event: "drop", data: String(count) });
  pusher.connect();
  await eventually(() => expect(named(heard, "hub:lost")).toHaveLength(1));
  await publish("shop:flood", { event: "drop", data: "1000" });
  await eventually(() => expect(named(heard, "drop")).toEqual(["drop 0", "drop 1000"]));
});

test("limits, origins and revocations are those of every door, and an app has its own", async () => {
  const gateway = await hub.start("gateway", strict);
  const url = `ws://127.0.0.1:${gateway.port}/app/${keys.key}`;
  expect(await statusOf(url, "https://evil.example.com")).toBe(403);
  const other = new WebSocket(url.replace(keys.key, "other-key"));
  await new Promise((resolve) => other.on("message", resolve));
  expect(await closeOf(url.replace(keys.key, "other-key"))).toBe(4004);
  other.terminate();
  const [one, two] = [await rawClient(gateway.port), await rawClient(gateway.port)];
  expect(await closeOf(url)).toBe(4100);

  await one.say("pusher:subscribe", { channel: "a" });
  await one.hears("pusher_internal:subscription_succeeded");
  await one.say("pusher:subscribe", { channel: "b" });
  expect(await one.hears("pusher:subscription_error")).toContain("client.channel_limit");
  const ended = new Promise((resolve) => one.socket.on("close", resolve));
  for (let count = 0; count < 300; count++) void one.say("pusher:ping", {});
  expect(await ended).toBe(4100);

  await two.say("pusher:subscribe", memberOf(two.socketId, "presence-tiny", "eve"));
  await two.hears("pusher_internal:subscription_succeeded");
  const three = await rawClient(gateway.port);
  await three.say("pusher:subscribe", memberOf(three.socketId, "presence-tiny", "bob"));
  expect(await three.hears("pusher:subscription_error")).toContain("presence_member_limit");

  const userData = JSON.stringify({ id: "eve" });
  await two.say("pusher:signin", { user_data: userData, auth: authOf(keys, userText(two.socketId, userData)) });
  await two.hears("pusher:signin_success");
  const sentAway = new Promise((resolve) => two.socket.on("close", resolve));
  expect(await hub.post("/api/revoke", { user: "shop:eve" })).toMatchObject({ status: 200 });
  expect(await sentAway).toBe(4009);
});

test.each([
  ["an unknown key", "/app/nobody?protocol=7", 4001],
  ["a disabled app", "/app/closed-key?protocol=7", 4003],
  ["an old protocol", "/app/shop-key?protocol=4", 4007],
])("%s is told why and closed for good", async (_, path, code) => {
  const socket = new WebSocket(`ws://127.0.0.1:${portOf(0)}${path}`);
  const said: string[] = [];
  socket.on("message", (data: Buffer) => said.push(data.toString()));
  const closed = await new Promise<number>((resolve) => socket.on("close", resolve));
  expect([closed, JSON.parse(said[0] ?? "")]).toMatchObject([code, { event: "pusher:error", data: { code } }]);
});

test("a gateway that stops sends its clients away to come back at once, some at a time", async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => rawClient(portOf(1))));
  const ends: { code: number; atMs: number }[] = [];
  for (const { socket } of clients) socket.on("close", (code) => ends.push({ code, atMs: performance.now() }));
  await hub.gateways[1]?.stop();
  await eventually(() => expect(ends).toHaveLength(clients.length));
  expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([4200]));
  expect((ends.at(-1)?.atMs ?? 0) - (ends[0]?.atMs ?? 0)).toBeGreaterThan(120);
});
