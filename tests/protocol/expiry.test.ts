import { setTimeout as delay } from "node:timers/promises";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { Centrifuge } from "centrifuge";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

/** Wide enough to be heard in, though the gateway takes up to two of its steps off it. */
const graceMs = 1_000;
/** The gateway ends what is due once per step, and no later than the deadline; this much is left to the machine. */
const stepMs = 250;
let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway({
    SWITCHYARD_CLIENT_EXPIRED_CLOSE_DELAY: `${graceMs}ms`,
    SWITCHYARD_CLIENT_EXPIRED_SUB_CLOSE_DELAY: `${graceMs}ms`,
  });
});
afterAll(() => gateway?.close());

/** Whole seconds, as tokens have them: up to a second less than it says. */
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const connectToken = (claims: object) => mintToken(gateway.secret, { sub: "u", ...claims });

// They wait for seconds of their own, so they wait together.
describe.concurrent("a connection whose token has run out", () => {
  test("is closed with 3005 when the time to refresh is over, and gets nothing after that", async () => {
    const exp = inSeconds(2);
    const channel = gateway.channel();
    const writer = await gateway.connected("writer");
    await writer.call({ subscribe: { channel } });
    const peer = await connectPeer(gateway.url);
    expect(await peer.call({ connect: { token: connectToken({ exp }) } })).toMatchObject({
      connect: { expires: true },
    });
    await peer.call({ subscribe: { channel } });
    let isOpen = true;
    const closed = peer.closed.finally(() => (isOpen = false));
    while (isOpen) await Promise.all([writer.call({ publish: { channel, data: Date.now() } }), delay(20)]);
    expect(await closed).toEqual({ code: 3005, reason: "connection expired" });
    const heardAt = peer.pushes.map((push) => (push["pub"] as { data: number } | undefined)?.data ?? 0);
    expect(heardAt.length).toBeGreaterThan(10);
    // It was served up to its end, and not beyond.
    expect(Math.max(...heardAt)).toBeGreaterThan(exp * 1_000);
    expect(Math.max(...heardAt)).toBeLessThanOrEqual(exp * 1_000 + graceMs + stepMs);
    await writer.close();
  });

  test("goes on when it was refreshed in time, and ends by the new token", async () => {
    const peer = await connectPeer(gateway.url);
    await peer.call({ connect: { token: connectToken({ exp: inSeconds(2) }) } });
    const exp = inSeconds(4);
    expect(await peer.call({ refresh: { token: connectToken({ exp }) } })).toMatchObject({
      refresh: { expires: true },
    });
    expect((await peer.closed).code).toBe(3005);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
  });
});

describe.concurrent("a subscription whose token has run out", () => {
  const subToken = (claims: object) => mintToken(gateway.secret, { sub: "u", channel: "closed:vip", ...claims });
  const subscribed = async (claims: object) => {
    const peer = await gateway.connected();
    const reply = await peer.call({ subscribe: { channel: "closed:vip", token: subToken(claims) } });
    return { peer, reply };
  };
  /** One more on the same connection, whose own end tells what time it is for the gateway. */
  const subscribeClock = (peer: CentrifugePeer, exp: number) =>
    peer.call({ subscribe: { channel: "closed:clock", token: subToken({ channel: "closed:clock", exp }) } });
  const ended = (channel: string) => ({ channel, unsubscribe: { code: 2501, reason: "subscription expired" } });

  test("is taken away with 2501 when the time to refresh is over, and the connection goes on", async () => {
    const exp = inSeconds(2);
    const { peer, reply } = await subscribed({ exp });
    expect(reply).toMatchObject({ subscribe: { expires: true, ttl: expect.any(Number) } });
    await subscribeClock(peer, exp + 1);
    expect(await peer.nextPush()).toEqual(ended("closed:vip"));
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
    // A busy machine may tell of it late, but not behind what ends a second later.
    expect(Date.now()).toBeLessThanOrEqual(exp * 1_000 + graceMs + 2_000);
    expect(await peer.nextPush()).toEqual(ended("closed:clock"));
    expect(await peer.call({ rpc: {} })).toMatchObject({ error: { code: 108 } });
    await peer.close();
  });

  test("goes on when it was refreshed", async () => {
    const exp = inSeconds(2);
    const { peer } = await subscribed({ exp });
    expect(
      await peer.call({ sub_refresh: { channel: "closed:vip", token: subToken({ exp: inSeconds(600) }) } }),
    ).toMatchObject({ sub_refresh: { expires: true, ttl: expect.closeTo(600, -1) } });
    await subscribeClock(peer, exp);
    await peer.nextPush();
    expect(peer.pushes).toEqual([ended("closed:clock")]);
    await peer.close();
  });

  test("is refreshed by a token for it only", async () => {
    const { peer } = await subscribed({ exp: inSeconds(60) });
    const refresh = (channel: string, claims: object) =>
      peer.call({ sub_refresh: { channel, token: subToken(claims) } });
    expect(await refresh("closed:other", {})).toMatchObject({ error: { code: 103 } });
    expect(await refresh("closed:vip", { exp: inSeconds(-60) })).toMatchObject({ error: { code: 109 } });
    peer.send({ id: 9, sub_refresh: { channel: "closed:vip", token: subToken({ channel: "closed:other" }) } });
    expect((await peer.closed).code).toBe(3500);
  });
});

test.concurrent("the SDK renews connection and subscription by itself, and nothing is missed meanwhile", async () => {
  const channel = "closed:renewed";
  const events: string[] = [];
  const asked = { connection: 0, subscription: 0 };
  const client = new Centrifuge(gateway.url, {
    websocket: WebSocket,
    getToken: () => Promise.resolve((asked.connection++, connectToken({ exp: inSeconds(3) }))),
  });
  for (const name of ["connected", "disconnected", "error"] as const) client.on(name, () => void events.push(name));
  const subscription = client.newSubscription(channel, {
    getToken: () =>
      Promise.resolve((asked.subscription++, mintToken(gateway.secret, { sub: "u", channel, exp: inSeconds(3) }))),
  });
  subscription.on("subscribed", () => void events.push("subscribed"));
  subscription.on("subscribing", (context) => void (context.code === 0 || events.push(`lost ${context.code}`)));
  subscription.subscribe();
  client.connect();
  await expect
    .poll(() => Math.min(asked.connection, asked.subscription), { timeout: 30_000 })
    .toBeGreaterThanOrEqual(3);
  expect(events.toSorted()).toEqual(["connected", "subscribed"]);
  client.disconnect();
});
