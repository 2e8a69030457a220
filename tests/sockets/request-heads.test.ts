import { once } from "node:events";
import { connect } from "node:net";
import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let redis: TestRedis;
let gateway: AppProcess;
let api: AppProcess;
beforeAll(async () => {
  redis = await startTestRedis();
  [gateway, api] = await Promise.all([
    startApp("gateway", { SWITCHYARD_REDIS_URL: redis.url }),
    startApp("api", { SWITCHYARD_REDIS_URL: redis.url }),
  ]);
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), api?.stop()]);
  await redis?.close();
});

/** The first answer to a request written as it is. */
async function ask({ port }: AppProcess, ...lines: string[]): Promise<{ status: number; text: string }> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const [chunk] = (await Promise.race([once(socket, "data"), once(socket, "close")])) as [Buffer | boolean];
  socket.destroy();
  const text = String(chunk);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text };
}

const h2c = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"];

describe.each(["gateway", "api"] as const)("a plain request to a %s", (name) => {
  const app = () => (name === "gateway" ? gateway : api);
  const plain: [string, number, string[]][] = [
    ["that asks for HTTP/2 by upgrade is answered as if it had not", 200, ["GET /livez HTTP/1.1", "Host: x", ...h2c]],
    ["that asks for another upgrade", 200, ["GET /livez HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: foo"]],
    ["of HTTP/1.0, as health checks send it", 200, ["GET /livez HTTP/1.0"]],
    ["that names the whole address", 200, ["GET http://x:8000/livez HTTP/1.1", "Host: x"]],
    ["that names the whole address without a path", 404, ["GET http://x:8000 HTTP/1.1", "Host: x"]],
    ["of HTTP/2.0", 505, ["GET /livez HTTP/2.0", "Host: x"]],
    ["without a host", 400, ["GET /livez HTTP/1.1"]],
    ["with two hosts", 400, ["GET /livez HTTP/1.1", "Host: x", "Host: y"]],
    ["with a host twice", 400, ["GET /livez HTTP/1.1", "Host: x", "Host: x"]],
    ["with two hosts of HTTP/1.0", 400, ["GET /livez HTTP/1.0", "Host: x", "Host: y"]],
    ["with a list of hosts", 400, ["GET /livez HTTP/1.1", "Host: x, y"]],
    ["with a path for a host", 400, ["GET /livez HTTP/1.1", "Host: x/y"]],
  ];
  test.each(plain)("%s: %i", async (_, status, lines) => {
    expect((await ask(app(), ...lines)).status).toBe(status);
  });
});

const key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
const upgrade = ["Connection: keep-alive, Upgrade", "Upgrade: WebSocket"];
const version = "Sec-WebSocket-Version: 13";
const path = "/connection/websocket";
const good = [...upgrade, key, version];

const upgrades: [string, number, string[]][] = [
  ["as browsers send it", 101, [`GET ${path} HTTP/1.1`, "Host: x", ...good]],
  ["that names the whole address", 101, [`GET http://x:8000${path}?a=b HTTP/1.1`, "Host: x", ...good]],
  ["of HTTP/1.0", 505, [`GET ${path} HTTP/1.0`, "Host: x", ...good]],
  ["of HTTP/2.0", 505, [`GET ${path} HTTP/2.0`, "Host: x", ...good]],
  ["without a host", 400, [`GET ${path} HTTP/1.1`, ...good]],
  ["with two hosts", 400, [`GET ${path} HTTP/1.1`, "Host: x", "Host: y", ...good]],
  ["of another method", 405, [`PUT ${path} HTTP/1.1`, "Host: x", ...good]],
  ["of version 8", 426, [`GET ${path} HTTP/1.1`, "Host: x", ...upgrade, key, "Sec-WebSocket-Version: 8"]],
  ["of two versions", 426, [`GET ${path} HTTP/1.1`, "Host: x", ...good, version]],
  ["of no version", 426, [`GET ${path} HTTP/1.1`, "Host: x", ...upgrade, key]],
  ["without a key", 400, [`GET ${path} HTTP/1.1`, "Host: x", ...upgrade, version]],
  ["with a short key", 400, [`GET ${path} HTTP/1.1`, "Host: x", ...upgrade, version, "Sec-WebSocket-Key: AAAA"]],
  ["with two keys", 400, [`GET ${path} HTTP/1.1`, "Host: x", ...good, key]],
  [
    "with subprotocols that are no tokens",
    400,
    [`GET ${path} HTTP/1.1`, "Host: x", ...good, "Sec-WebSocket-Protocol: a b"],
  ],
  ["with a body", 426, [`GET ${path} HTTP/1.1`, "Host: x", ...good, "Content-Length: 1", "", "x"]],
  [
    "to something else, too",
    426,
    [`GET ${path} HTTP/1.1`, "Host: x", "Connection: Upgrade", "Upgrade: h2c, websocket"],
  ],
  ["elsewhere", 404, [`GET /elsewhere HTTP/1.1`, "Host: x", ...good]],
];

test.each(upgrades)("an upgrade %s: %i", async (_, status, lines) => {
  expect((await ask(gateway, ...lines)).status).toBe(status);
});

test("a version that is not spoken is answered with the one that is", async () => {
  const { text } = await ask(gateway, `GET ${path} HTTP/1.1`, "Host: x", ...upgrade, key, "Sec-WebSocket-Version: 8");
  expect(text).toContain("\r\nUpgrade: websocket\r\n");
  expect(text).toContain("\r\nSec-WebSocket-Version: 13\r\n");
});

test("a header block that does not end is cut off after 10 to 15 s, however it dribbles, by gateway and api alike", async () => {
  const headers = "GET /livez HTTP/1.1\r\nHost: x\r\nX-Dribble: ";
  const peers = [gateway, api].flatMap(({ port }) => [
    { port, first: headers, more: "" },
    { port, first: headers, more: "a" },
    { port, first: `GET /livez HTTP/1.1\r\nHost: x\r\n\r\n${headers}`, more: "a" },
  ]);
  const times = await Promise.all(peers.map((peer) => timeUntilCut(peer)));
  for (const seconds of times) {
    expect(seconds).toBeGreaterThan(9);
    expect(seconds).toBeLessThan(15);
  }
});

async function timeUntilCut({ port, first, more }: { port: number; first: string; more: string }): Promise<number> {
  const begunAtMs = performance.now();
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined).resume();
  socket.write(first);
  const timer = setInterval(() => socket.write(more), 1_000);
  await once(socket, "close");
  clearInterval(timer);
  return (performance.now() - begunAtMs) / 1_000;
}
