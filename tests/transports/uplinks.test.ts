import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStreamPeer, type StreamPeer } from "./stream-peer.ts";

const secret = "uplinks-test-secret-of-32-characters";
const namespaces = [{ name: "open", allow_subscribe_for_client: true, allow_publish_for_subscriber: true }];
const clientCount = 40;
const perClient = 250;

let redis: TestRedis;
let gateways: AppProcess[];

beforeAll(async () => {
  redis = await startTestRedis();
  const env = {
    SWITCHYARD_REDIS_URL: redis.url,
    SWITCHYARD_TOKEN_SECRET: secret,
    SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces),
    SWITCHYARD_CLIENT_COMMAND_RATE_LIMIT: "0",
  };
  gateways = await Promise.all([1, 2, 3].map(() => startApp("gateway", env)));
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await redis.close();
});

test("10 000 uplinks, each to any of three gateways, all arrive once and in order", { timeout: 180_000 }, async () => {
  const random = seededRandom(1);
  const anyOrigin = () => gateways[Math.floor(random() * gateways.length)]?.url ?? "";
  const open = async (_: unknown, index: number): Promise<{ peer: StreamPeer; channel: string }> => {
    const kind = index % 2 === 0 ? "sse" : "http_stream";
    const channel = `open:${index}`;
    const token = mintToken(secret, { sub: `user-${index}` });
    const peer = openStreamPeer({ kind, token, origin: anyOrigin(), uplinkOrigin: anyOrigin });
    await peer.reply(1);
    await peer.call({ subscribe: { channel } });
    return { peer, channel };
  };
  const clients = await Promise.all(Array.from({ length: clientCount }, open));
  const numbers = Array.from({ length: perClient }, (_, n) => n);
  for (const { peer, channel } of clients) {
    for (const n of numbers) peer.send(JSON.stringify({ id: 10 + n, publish: { channel, data: n } }));
  }
  const states = () => clients.map(({ peer: { pushes, refusals } }) => ({ received: pushes.length, refusals }));
  const whole = clients.map(() => ({ received: perClient, refusals: [] }));
  await eventually(() => expect(states()).toEqual(whole), { timeoutMs: 150_000, everyMs: 500 });
  for (const { peer } of clients) {
    expect(peer.pushes.map((push) => (push["pub"] as { data: number }).data)).toEqual(numbers);
    peer.drop();
  }
  const routes = await Promise.all(gateways.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  const taken = (route: string) =>
    routes.reduce(
      (sum, text) => sum + Number(new RegExp(`uplinks_total\\{route="${route}"\\} (\\d+)`).exec(text)?.[1] ?? 0),
      0,
    );
  // Subscribing went the same way, and so does a pong now and then; a third of all meets its own gateway.
  expect(taken("local") + taken("remote")).toBeGreaterThanOrEqual(clientCount * (perClient + 1));
  expect(taken("remote")).toBeGreaterThan(taken("local"));
  expect(taken("unknown") + taken("silent")).toBe(0);
});
