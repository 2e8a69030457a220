import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway({
    SWITCHYARD_LOG_LEVEL: "trace",
    SWITCHYARD_CLIENT_STALE_CLOSE_DELAY: "1500ms",
  });
});
afterAll(() => gateway?.close());

test("strangers cost Redis nothing and are gone when their time is over", async () => {
  const redis = new Redis(gateway.redisUrl);
  const monitor = await redis.monitor();
  const commands: string[] = [];
  monitor.on("monitor", (_time: string, command: string[]) => void commands.push(command.join(" ")));
  const strangers = await Promise.all(Array.from({ length: 300 }, () => connectPeer(gateway.url)));
  for (const [index, peer] of strangers.entries()) {
    const token = mintToken("x".repeat(32), { sub: "stranger", channels: ["open:stranger"] });
    if (index % 3 === 1) peer.send({ id: 1, connect: { token } }, { id: 2, subscribe: { channel: "open:stranger" } });
    if (index % 3 === 2) peer.send({ id: 1, connect: {} });
  }
  const closings = await Promise.all(strangers.map((peer) => peer.closed));
  expect(new Set(closings.map(({ code }) => code))).toEqual(new Set([3500, 3502]));
  // What the gateway does by itself goes on; nothing of it is about them.
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.filter((command) => /stranger|subscribe/i.test(command))).toEqual([]);
  monitor.disconnect();
  redis.disconnect();
});

test("a stranger, or one whose connect was refused, is told to go when the gateway stops, and holds it up no longer than others", async () => {
  // By themselves they would be given up after an hour.
  const patient = await startProtocolGateway({ SWITCHYARD_CLIENT_STALE_CLOSE_DELAY: "1h" });
  const [silent, refused] = [await connectPeer(patient.url), await connectPeer(patient.url)];
  const expired = mintToken(patient.secret, { sub: "u", exp: 1 });
  refused.send({ id: 1, connect: { token: expired } });
  expect(await refused.reply(1)).toMatchObject({ error: { code: 109 } });
  await patient.close();
  expect([(await silent.closed).code, (await refused.closed).code]).toEqual([3001, 3001]);
});

test("no token, good or bad, is in any line of the log", async () => {
  const canary = "canary-in-a-token";
  const tokens = [
    mintToken(gateway.secret, { sub: "u", info: canary }),
    mintToken("x".repeat(32), { sub: "u", info: canary }),
    mintToken(gateway.secret, { sub: "u", info: canary, exp: 1 }),
    mintToken(gateway.secret, { sub: 7, info: canary }),
    `${canary}.${canary}.${canary}`,
  ];
  for (const token of tokens) {
    const peer = await connectPeer(gateway.url);
    peer.send({ id: 1, connect: { token } }, { id: 2, subscribe: { channel: "closed:x", token } });
    await Promise.race([peer.closed, peer.reply(1).catch(() => undefined)]);
    peer.terminate();
  }
  await eventually(() => expect(gateway.log.join("\n")).toContain("connection token refused"));
  const log = gateway.log.join("\n");
  expect(log).not.toContain(canary);
  for (const token of tokens) for (const part of token.split(".").slice(1)) expect(log).not.toContain(part);
});
