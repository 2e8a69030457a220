import { createRedisRevocations } from "@switchyard/broker/redis-revocations";
import type { Revocations } from "@switchyard/broker/revocation";
import { createLogger } from "@switchyard/runtime/logger";
import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { startTcpProxy, type TcpProxy } from "@switchyard/testkit/tcp-proxy";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const secret = "revocation-test-secret-of-32-characters";
const withinMs = 2_000;
let redis: TestRedis;
let proxy: TcpProxy;
let gateways: readonly AppProcess[];
let revocations: Revocations;

/** Two gateways, the second with a Redis link that can be cut. */
beforeAll(async () => {
  redis = await startTestRedis();
  proxy = await startTcpProxy({ route: () => [redis.port] });
  const env = (url: string) => ({ SWITCHYARD_REDIS_URL: url, SWITCHYARD_TOKEN_SECRET: secret });
  gateways = await Promise.all(
    [redis.url, `redis://127.0.0.1:${proxy.port}`].map((url) => startApp("gateway", env(url))),
  );
  const logger = createLogger({ app: "test", level: "fatal" });
  revocations = await createRedisRevocations({ redis: { url: redis.url, prefix: "sy" }, logger });
});
afterAll(async () => {
  await revocations?.close();
  await Promise.all((gateways ?? []).map((gateway) => gateway.stop()));
  await proxy?.close();
  await redis?.close();
});

const now = () => Math.floor(Date.now() / 1_000);
let last = 0;
const freshUser = () => `user-${++last}`;

/** A connection that has asked to be let in; its reply, or how it was closed. */
async function connect(gateway: number, claims: object) {
  const peer = await connectPeer(`ws://127.0.0.1:${gateways[gateway]?.port}/connection/websocket`);
  const reply = peer.call({ connect: { token: mintToken(secret, { iat: now() - 10, ...claims }) } });
  const outcome = await Promise.race([reply, peer.closed]);
  reply.catch(() => undefined);
  return { peer, outcome };
}

async function connected(gateway: number, claims: object): Promise<{ peer: CentrifugePeer; client: string }> {
  const { peer, outcome } = await connect(gateway, claims);
  expect(outcome).toHaveProperty("connect");
  return { peer, client: (outcome as { connect: { client: string } }).connect.client };
}

/** One connection per gateway. */
async function onBoth(claims: object): Promise<[CentrifugePeer, CentrifugePeer]> {
  const [near, far] = await Promise.all([connected(0, claims), connected(1, claims)]);
  return [near.peer, far.peer];
}

async function closedWithin(peer: CentrifugePeer, sinceMs: number): Promise<number> {
  const { code } = await peer.closed;
  expect(performance.now() - sinceMs).toBeLessThan(withinMs);
  return code;
}

describe("a revocation reaches every gateway within two seconds", () => {
  test("of a user: connections end, older tokens are refused, a new one is good", async () => {
    const user = freshUser();
    const peers = await onBoth({ sub: user });
    const [bystander] = await onBoth({ sub: freshUser() });
    const sinceMs = performance.now();
    const { beforeMs } = await revocations.revoke({ user });
    for (const peer of peers) expect(await closedWithin(peer, sinceMs)).toBe(3503);
    for (const gateway of [0, 1]) {
      expect((await connect(gateway, { sub: user })).outcome).toMatchObject({ code: 3500 });
      await (await connected(gateway, { sub: user, iat: Math.ceil(beforeMs / 1_000) })).peer.close();
    }
    expect(await bystander.call({ rpc: {} })).toMatchObject({ error: { code: 108 } });
  });

  test("of a token: its connections end, the user's others stay", async () => {
    const user = freshUser();
    const stolen = await onBoth({ sub: user, jti: `${user}-stolen` });
    const [own] = await onBoth({ sub: user, jti: `${user}-own` });
    const sinceMs = performance.now();
    await revocations.revoke({ tokenId: `${user}-stolen` });
    for (const peer of stolen) expect(await closedWithin(peer, sinceMs)).toBe(3500);
    expect((await connect(1, { sub: user, jti: `${user}-stolen` })).outcome).toMatchObject({ code: 3500 });
    expect(await own.call({ rpc: {} })).toMatchObject({ error: { code: 108 } });
  });

  test("of a subscription token: the subscription ends, the connection stays", async () => {
    const user = freshUser();
    const peers = await onBoth({ sub: user });
    const channel = `task:${user}`;
    const token = mintToken(secret, { sub: user, channel, jti: `${user}-sub` });
    for (const peer of peers) expect(await peer.call({ subscribe: { channel, token } })).toHaveProperty("subscribe");
    await revocations.revoke({ tokenId: `${user}-sub` });
    for (const peer of peers) {
      expect(await peer.nextPush()).toEqual({ channel, unsubscribe: { code: 2000, reason: "server unsubscribe" } });
      expect(await peer.call({ subscribe: { channel, token } })).toMatchObject({ error: { code: 103 } });
    }
  });

  test("of one client: that connection ends", async () => {
    const user = freshUser();
    const [gone, stays] = await Promise.all([connected(1, { sub: user }), connected(1, { sub: user })]);
    const sinceMs = performance.now();
    await revocations.revoke({ client: gone.client });
    expect(await closedWithin(gone.peer, sinceMs)).toBe(3503);
    expect(await stays.peer.call({ rpc: {} })).toMatchObject({ error: { code: 108 } });
  });
});

test("a gateway that was cut off from Redis applies it within two seconds of the healing", async () => {
  const user = freshUser();
  const [near, far] = await onBoth({ sub: user });
  proxy.blackhole();
  const sinceMs = performance.now();
  await revocations.revoke({ user });
  expect(await closedWithin(near, sinceMs)).toBe(3503);
  let farClosed: unknown;
  void far.closed.then((how) => (farClosed = how));
  // Long enough for its connections to Redis to have been given up.
  await eventually(() => expect(performance.now() - sinceMs).toBeGreaterThan(4_000), { everyMs: 100 });
  expect(farClosed).toBeUndefined();
  proxy.heal();
  const healedMs = performance.now();
  expect(await closedWithin(far, healedMs)).toBe(3503);
});
