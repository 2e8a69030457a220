import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStreamPeer } from "./stream-peer.ts";

const secret = "outage-test-secret-of-32-characters";

let redis: TestRedis;
let gateways: AppProcess[];

beforeAll(async () => {
  redis = await startTestRedis();
  const env = {
    SWITCHYARD_REDIS_URL: redis.url,
    SWITCHYARD_TOKEN_SECRET: secret,
    SWITCHYARD_CLIENT_PING_INTERVAL: "2s",
    SWITCHYARD_CLIENT_PONG_TIMEOUT: "1s",
  };
  gateways = await Promise.all([1, 2].map(() => startApp("gateway", env)));
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await redis.close();
});

test("a stream whose pongs an outage of Redis has swallowed stays open, and goes on afterwards", async () => {
  const peer = openStreamPeer({
    kind: "http_stream",
    // Of no user: another Redis begins a user's channel anew, which would be another reason to come back.
    token: mintToken(secret, { sub: "" }),
    origin: gateways[0]?.url ?? "",
    uplinkOrigin: () => gateways[1]?.url ?? "",
  });
  let end: object | undefined;
  void peer.closed.then((how) => (end = how));
  expect(await peer.reply(1)).toHaveProperty("connect");
  const pings = () => peer.messages.filter((message) => Object.keys(message).length === 0).length;

  await redis.stop("SIGKILL");
  await eventually(() => expect(peer.refusals).toHaveLength(1), { timeoutMs: 10_000 });
  expect(peer.refusals[0]).toMatchObject({ status: 503 });
  const before = pings();
  await eventually(() => expect([pings() >= before + 2, end]).toEqual([true, undefined]), { timeoutMs: 10_000 });

  await redis.restart();
  await eventually(async () => expect(await peer.call({ rpc: { method: "none" } })).toHaveProperty("error"), {
    timeoutMs: 20_000,
  });
  expect(end).toBeUndefined();
  peer.drop();
});
