import { get } from "node:http";
import type { Socket } from "node:net";
import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { heldRequests, heldUpgrades, hold, unreadAnswers, type HeldSocket } from "./held-sockets.ts";

let redis: TestRedis;
const held: Socket[] = [];
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => {
  for (const socket of held) socket.destroy();
  return redis.close();
});

/** Silence before `connect` is cut short, so that the close timeout is what is measured. */
const start = (app: "gateway" | "api", env: Readonly<Record<string, string>> = {}) =>
  startApp(app, { SWITCHYARD_REDIS_URL: redis.url, SWITCHYARD_CLIENT_STALE_CLOSE_DELAY: "5s", ...env });

/** @returns how many there are */
async function crowd({ port }: AppProcess, kinds: readonly HeldSocket[], each: number): Promise<number> {
  for (let round = 0; round < each; round++) {
    held.push(...(await Promise.all(kinds.map((kind) => hold(port, kind)))));
  }
  return kinds.length * each;
}

/** Sockets the process has open, as the process itself counts them. A peer cannot see whether the other side let go. */
function openSockets({ url }: AppProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    get(`${url}/metrics`, { agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => void (text += chunk.toString()));
      response.on("end", () => resolve(Number(/active_resources\{type="TCPSocketWrap"\} (\d+)/.exec(text)?.[1])));
    }).on("error", reject);
  });
}

const both = [...heldRequests, ...heldUpgrades];

// Each has a process of its own, for which it does nothing but wait, so they wait together; but for those that measure how long it takes to stop.
test.concurrent(
  "whatever a peer does and then keeps its socket, a gateway has let go of it in time",
  { timeout: 90_000 },
  async () => {
    const gateway = await start("gateway");
    const before = await openSockets(gateway);
    await crowd(gateway, both, 4);
    await crowd(gateway, [unreadAnswers], 1);
    await eventually(async () => expect(await openSockets(gateway)).toBeGreaterThan(before + both.length));
    // The slowest: 15 s for answers that are not taken, 5 s for silence before `connect` and 5 s to answer the close frame.
    await eventually(async () => expect(await openSockets(gateway)).toBeLessThanOrEqual(before), { timeoutMs: 25_000 });
    expect(await gateway.stop()).toBe(0);
  },
);

test.concurrent(
  "sockets that were refused count for their address while they live, which is the close timeout at most",
  { timeout: 60_000 },
  async () => {
    const gateway = await start("gateway", { SWITCHYARD_CLIENT_IP_CONNECTION_LIMIT: "20" });
    const before = await openSockets(gateway);
    await crowd(gateway, heldUpgrades.slice(0, 6), 20);
    const heldAtMs = performance.now();
    await eventually(async () => expect(await openSockets(gateway)).toBeGreaterThan(before + 50));
    const url = `ws://127.0.0.1:${gateway.port}/connection/websocket`;
    await expect(connectPeer(url)).rejects.toThrow("429");
    await eventually(async () => expect(await openSockets(gateway)).toBeLessThanOrEqual(before), { timeoutMs: 20_000 });
    expect(performance.now() - heldAtMs).toBeLessThan(8_000);
    await (await connectPeer(url)).close();
    expect(await gateway.stop()).toBe(0);
  },
);

test.each(["gateway", "api"] as const)(
  "a %s stops in time under a crowd of held sockets, with exit code 0",
  async (app) => {
    const process = await start(app);
    const silent = await crowd(process, app === "gateway" ? both : heldRequests, app === "gateway" ? 10 : 20);
    expect(silent + (await crowd(process, [unreadAnswers], 2))).toBeGreaterThan(200);
    const startedAtMs = performance.now();
    expect(await process.stop()).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(9_000);
  },
);

test.concurrent("an api has let go of every socket that asks for nothing in time", { timeout: 120_000 }, async () => {
  const api = await start("api");
  const before = await openSockets(api);
  // Idle for 75 s on purpose, longer than any proxy keeps a connection; and an answer may take 60 s.
  const kinds = heldRequests.filter(({ name }) => !/keep-alive after an answer$|unknown|does not come/.test(name));
  await crowd(api, kinds, 10);
  await eventually(async () => expect(await openSockets(api)).toBeLessThanOrEqual(before), { timeoutMs: 20_000 });
  expect(await api.stop()).toBe(0);
});
