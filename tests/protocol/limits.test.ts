import { get } from "node:http";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

/** Connections are counted here that never say anything. */
const patient = { SWITCHYARD_CLIENT_STALE_CLOSE_DELAY: "60s" };
let gateway: ProtocolGateway;
afterEach(() => gateway?.close());

test("a flood of subscribes is answered by error 111, then closed with 3013, and leaves nothing in Redis", async () => {
  gateway = await startProtocolGateway({
    SWITCHYARD_CLIENT_COMMAND_RATE_LIMIT: "100",
    SWITCHYARD_CLIENT_COMMAND_BURST_LIMIT: "200",
  });
  const neighbour = await gateway.connected("neighbour");
  const flood = await gateway.connected("flood");
  const names = ["*", "{a}", "..", "x".repeat(400), "漢"];
  for (let frame = 0; frame < 100; frame++) {
    const commands = Array.from({ length: 100 }, (_, index) => ({
      id: 2 + frame * 100 + index,
      subscribe: { channel: `open:${names[index % names.length]}${frame}-${index}` },
    }));
    flood.send(...commands);
  }
  expect(await flood.closed).toEqual({ code: 3013, reason: "too many requests" });
  const replies = flood.frames
    .join("\n")
    .split("\n")
    .map((line) => JSON.parse(line) as { error?: { code: number } });
  const codes = replies.flatMap(({ error }) => error?.code ?? []);
  expect(codes).toContain(111);
  // Before the rate is used up the other bounds hold: 106 above the channel limit, 107 for names that are too long.
  expect(new Set(codes).difference(new Set([106, 107, 111])).size).toBe(0);
  expect(await neighbour.call({ subscribe: { channel: "open:x" } })).toHaveProperty("subscribe");
  const redis = new Redis(gateway.redisUrl);
  await eventually(async () =>
    expect(new Set(await redis.pubsub("CHANNELS", "sy:ch:*"))).toEqual(
      new Set(["sy:ch:{open:x}", "sy:ch:{user:neighbour}"]),
    ),
  );
  redis.disconnect();
  await neighbour.close();
});

test("one user gets so many connections, another its own; one more is 3504", async () => {
  gateway = await startProtocolGateway({ SWITCHYARD_CLIENT_USER_CONNECTION_LIMIT: "2" });
  const attempts = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const peer = await connectPeer(gateway.url);
      peer.send({ id: 1, connect: { token: mintToken(gateway.secret, { sub: "u" }) } });
      return { peer, outcome: await Promise.race([peer.reply(1).then(() => "in"), peer.closed]) };
    }),
  );
  const [inside, outside] = [
    attempts.filter(({ outcome }) => outcome === "in"),
    attempts.filter(({ outcome }) => outcome !== "in"),
  ];
  expect([inside.length, outside.length]).toEqual([2, 4]);
  for (const { outcome } of outside) expect(outcome).toEqual({ code: 3504, reason: "connection limit" });
  const other = await gateway.connected("v");
  expect(await other.call({ rpc: {} })).toMatchObject({ error: { code: 108 } });
  await inside[0]?.peer.close();
  const again = await gateway.connected("u");
  expect(await again.call({ rpc: {} })).toMatchObject({ error: { code: 108 } });
});

test("one address gets so many connections, whatever it says of itself; a trusted proxy is believed", async () => {
  gateway = await startProtocolGateway({
    ...patient,
    SWITCHYARD_CLIENT_IP_CONNECTION_LIMIT: "2",
    SWITCHYARD_CLIENT_TRUSTED_PROXIES: "127.0.0.1",
  });
  const from = (forwarded: string, localAddress = "127.0.0.1") =>
    connectPeer(gateway.url, { headers: { "x-forwarded-for": forwarded }, localAddress });
  await Promise.all([from("203.0.113.9"), from("203.0.113.9")]);
  await expect(from("203.0.113.9")).rejects.toThrow("429");
  await expect(from("198.51.100.1, 203.0.113.9")).rejects.toThrow("429");
  await from("203.0.113.10");
  // 127.0.0.2 is nobody's proxy: each of its connections counts as its own.
  await Promise.all([from("198.51.100.1", "127.0.0.2"), from("198.51.100.2", "127.0.0.2")]);
  await expect(from("198.51.100.3", "127.0.0.2")).rejects.toThrow("429");
});

test("a crowd beyond the rate is told when to come back, before the upgrade", async () => {
  gateway = await startProtocolGateway({ ...patient, SWITCHYARD_CLIENT_CONNECTION_RATE_LIMIT: "5" });
  const answers = await Promise.all(Array.from({ length: 40 }, () => upgradeOnce(gateway.url)));
  const statuses = answers.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([101, 503]));
  expect(statuses.filter((status) => status === 101).length).toBeLessThanOrEqual(10);
  expect(answers.find(({ status }) => status === 503)?.retryAfter).toBe("1");
  await eventually(() => connectPeer(gateway.url));
});

function upgradeOnce(url: string): Promise<{ status: number | undefined; retryAfter: string | undefined }> {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": Buffer.alloc(16).toString("base64"),
  };
  return new Promise((resolve, reject) => {
    const request = get(url.replace("ws:", "http:"), { headers });
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode, retryAfter: response.headers["retry-after"] });
    });
    request.on("response", (response) => {
      response.resume();
      resolve({ status: response.statusCode, retryAfter: response.headers["retry-after"] });
    });
    request.on("error", reject);
  });
}
