import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expectReached, openPlain, type PlainClient } from "./doors/plain-client.ts";

/** What Redis pub/sub loses is found, whichever way it was lost, and the client is told. */

const secret = "loss-detection-secret-of-32-characters";
const kept = {
  name: "kept",
  allow_subscribe_for_client: true,
  allow_publish_for_subscriber: true,
  history_size: 100,
  history_ttl: "60s",
  force_recovery: true,
};
let redis: TestRedis;
let gateway: AppProcess;
let commands: Redis;
let peer: CentrifugePeer;
let channel: string;
let count = 0;

beforeAll(async () => {
  redis = await startTestRedis();
  commands = new Redis(redis.url);
  gateway = await startApp("gateway", {
    SWITCHYARD_REDIS_URL: redis.url,
    SWITCHYARD_TOKEN_SECRET: secret,
    SWITCHYARD_CLIENT_CHANNEL_POSITION_CHECK_DELAY: "1s",
    SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify([kept]),
    SWITCHYARD_PLAIN_ENABLED: "true",
    SWITCHYARD_PLAIN_TRUST_UID: "true",
    SWITCHYARD_PLAIN_CHANNELS: JSON.stringify(["kept:{kept}"]),
    SWITCHYARD_PUSHER_APPS: JSON.stringify([{ id: "1", key: "shop", secret: "secret-of-the-shop", namespace: "kept" }]),
  });
});
afterAll(async () => {
  commands?.disconnect();
  await gateway?.stop();
  await redis?.close();
});
beforeEach(async () => {
  channel = `kept:${++count}`;
  peer = await connectPeer(`ws://127.0.0.1:${gateway.port}/connection/websocket`);
  await peer.call({ connect: { token: mintToken(secret, { sub: "u" }) } });
  await subscribe({});
});

const stream = () => `sy:{${channel}}:stream`;
const meta = () => `sy:{${channel}}:meta`;
const publish = (data: unknown) => peer.call({ publish: { channel, data } });

async function subscribe(request: object): Promise<{ epoch: string; recovered?: true; publications?: unknown[] }> {
  const { subscribe: result } = await peer.call({ subscribe: { channel, ...request } });
  return result as { epoch: string; recovered?: true; publications?: unknown[] };
}

/** What a publish leaves in Redis, without telling anybody. */
async function publishUnheard(offset: number, data: unknown): Promise<void> {
  await commands.hincrby(meta(), "s", 1);
  await commands.xadd(stream(), `${offset}-0`, "b", JSON.stringify({ data }), "t", String(Date.now()));
}

/** The stream as a replica has it that never got what came after `offset`, when it is promoted: it is another process. */
async function goBackTo(offset: number): Promise<void> {
  await commands.xdel(stream(), `${offset + 1}-0`);
  await commands.call("XSETID", stream(), `${offset}-0`);
  await commands.hset(meta(), "s", offset, "r", "promoted1234");
}

async function losses(source: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(new RegExp(`losses_detected_total\\{source="${source}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

const expectToldToComeBack = () =>
  expect(peer.nextPush((push) => push["unsubscribe"] !== undefined)).resolves.toMatchObject({
    unsubscribe: { code: 2500 },
  });

test("a loss on a channel that stays quiet is found by the position check, and repaired", async () => {
  await publish("heard");
  const before = await losses("quiet_check");
  await publishUnheard(2, "unheard");
  await expectToldToComeBack();
  expect(await losses("quiet_check")).toBe(before + 1);
  const { epoch } = await subscribe({});
  await peer.call({ unsubscribe: { channel } });
  expect(await subscribe({ recover: true, offset: 1, epoch })).toMatchObject({
    recovered: true,
    publications: [{ data: "unheard" }],
  });
});

test("a loss is found by the next publication at the latest", async () => {
  const before = await losses("gap");
  await publishUnheard(1, "unheard");
  await publish("heard");
  await expectToldToComeBack();
  expect(await losses("gap")).toBe(before + 1);
});

test("what was published while the subscriber connection was cut is found when it is back", async () => {
  await publish("heard");
  const before = await losses("reconnect_check");
  await commands.call("CLIENT", "KILL", "TYPE", "pubsub");
  await publishUnheard(2, "unheard");
  await expectToldToComeBack();
  expect((await losses("reconnect_check")) + (await losses("quiet_check"))).toBeGreaterThan(before);
});

test("a history that went back and continued differently is never recovered from", async () => {
  for (const data of ["a", "b", "c"]) await publish(data);
  const known = await commands.hget(meta(), "e");
  // A stale replica is promoted: the last publication never was, and another takes its offset.
  await goBackTo(2);
  await publish("another c");
  await expectToldToComeBack();
  expect(await losses("fork")).toBeGreaterThan(0);
  expect(peer.pushes.some((push) => JSON.stringify(push).includes("another c"))).toBe(false);
  expect(await subscribe({ recover: true, offset: 3, epoch: known })).not.toHaveProperty("recovered");
  await peer.call({ unsubscribe: { channel } });
  // Who had not got what was lost has lost nothing.
  expect(await subscribe({ recover: true, offset: 2, epoch: known })).toMatchObject({
    recovered: true,
    publications: [{ data: "another c" }],
  });
});

test("a stream that lost its newest entries on a quiet channel is found forked before it is written to again", async () => {
  for (const data of ["a", "b", "c"]) await publish(data);
  const before = await losses("fork");
  await goBackTo(2);
  await eventually(async () => expect(await losses("fork")).toBe(before + 1));
});

describe("a page without positions", () => {
  let page: PlainClient;
  let offset: number;
  /** Behind the messages by which it was found to be there, and before the notice of its end. */
  const news = () => page.messages.filter((text) => text !== "are you there" && !text.includes('"type":"closing"'));
  beforeEach(async () => {
    page = openPlain(`ws://127.0.0.1:${gateway.port}/connection/plain`, JSON.stringify({ uid: "page", kept: count }));
    offset = 0;
    await expectReached(page, async (data) => {
      offset++;
      await publish(data);
    });
  });

  test("is sent what was lost, in its place, and learns of nothing", async () => {
    await publishUnheard(offset + 1, "unheard");
    await publish("heard");
    await eventually(() => expect(news()).toEqual(["unheard", "heard"]));
    await publishUnheard(offset + 3, "unheard again");
    await eventually(() => expect(news()).toEqual(["unheard", "heard", "unheard again"]));
    // The publisher has lost them too, and is told so.
    await subscribe({});
    await publish("last");
    await eventually(() => expect(news()).toEqual(["unheard", "heard", "unheard again", "last"]));
    expect(page.socket.readyState).toBe(page.socket.OPEN);
  });

  test("is sent what was published while the subscriber connection was cut", async () => {
    await commands.call("CLIENT", "KILL", "TYPE", "pubsub");
    await publishUnheard(offset + 1, "unheard");
    await eventually(() => expect(news()).toEqual(["unheard"]));
    expect(page.socket.readyState).toBe(page.socket.OPEN);
  });

  test("is told to come back where the history does not reach back so far", async () => {
    await commands.del(stream(), meta());
    await publish("of another life");
    expect(await page.closed).toEqual({ code: 3010, reason: "insufficient state" });
    expect(page.messages.at(-1)).toMatch(/"type":"closing","code":3010/);
    expect(news()).toEqual([]);
  });
});

describe("a stock client of the Pusher protocol, which cannot say where it stands,", () => {
  let page: PlainClient;
  const events = () =>
    page.messages.flatMap((text) => /"message","channel":"\d+","data":"\\?"?(\w+)/.exec(text)?.[1] ?? []);
  beforeEach(async () => {
    const subscribe = JSON.stringify({ event: "pusher:subscribe", data: { channel: String(count) } });
    page = openPlain(`ws://127.0.0.1:${gateway.port}/app/shop`, subscribe);
    await eventually(() => {
      if (!page.messages.join().includes("subscription_succeeded")) throw new Error("it is not subscribed yet");
    });
  });

  test("is sent what was lost, in its place, again and again", async () => {
    await publishUnheard(1, "unheard");
    await publish("heard");
    await eventually(() => expect(events()).toEqual(["unheard", "heard"]));
    await publishUnheard(3, "quiet");
    await eventually(() => expect(events()).toEqual(["unheard", "heard", "quiet"]));
    expect(page.socket.readyState).toBe(page.socket.OPEN);
  });

  test("is told to come back at once where the history does not reach back so far", async () => {
    await publish("first");
    await eventually(() => expect(events()).toEqual(["first"]));
    await commands.del(stream(), meta());
    await publish("other");
    expect(await page.closed).toEqual({ code: 4200, reason: "insufficient state" });
    expect(events()).toEqual(["first"]);
  });
});

test("a Redis that lost everything is told apart by its epoch", async () => {
  await publish("before");
  await redis.flush();
  await publish("after");
  await expectToldToComeBack();
});

test("a stream whose counter went back without it begins a new life instead of refusing publications", async () => {
  for (const data of ["a", "b", "c"]) await publish(data);
  await commands.hset(meta(), "s", 1);
  expect(await publish("after")).toHaveProperty("publish");
  await expectToldToComeBack();
});
