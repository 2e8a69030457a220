import { connect, type Socket } from "node:net";
import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { postUplink } from "@switchyard/testkit/stream-line";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStreamPeer, type StreamPeerOptions } from "./stream-peer.ts";

const secret = "streams-test-secret-of-32-characters";
const page = "https://app.example.com";
const namespaces = [{ name: "open", allow_subscribe_for_client: true, allow_publish_for_subscriber: true }];
const kinds = ["http_stream", "sse"] as const;

let redis: TestRedis;
let gateways: AppProcess[];
let env: Record<string, string>;

beforeAll(async () => {
  redis = await startTestRedis();
  env = {
    SWITCHYARD_REDIS_URL: redis.url,
    SWITCHYARD_TOKEN_SECRET: secret,
    SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces),
    SWITCHYARD_CLIENT_ALLOWED_ORIGINS: page,
    SWITCHYARD_CLIENT_MESSAGE_SIZE_LIMIT: "4096",
    SWITCHYARD_CLIENT_EXPIRED_CLOSE_DELAY: "1s",
    SWITCHYARD_CLIENT_PING_INTERVAL: "1s",
    SWITCHYARD_CLIENT_PONG_TIMEOUT: "700ms",
  };
  gateways = await Promise.all([startApp("gateway", env), startApp("gateway", env)]);
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await redis.close();
});

const origin = (index = 0) => `http://127.0.0.1:${gateways[index]?.port}`;
const token = (user = "ann") => mintToken(secret, { sub: user });
const open = (kind: "http_stream" | "sse", options: Partial<StreamPeerOptions> = {}) =>
  openStreamPeer({ kind, origin: origin(), token: token(), ...options });

describe.each(kinds)("%s", (kind) => {
  test("a connection is told a secret of its own and its node, and speaks by them", async () => {
    const peer = open(kind);
    const { connect: connected } = (await peer.reply(1)) as { connect: Record<string, string> };
    expect(connected["session"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(connected["session"]).not.toBe(connected["client"]);
    expect(connected["node"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(await peer.call({ subscribe: { channel: "open:a" } })).toMatchObject({ subscribe: {} });
    expect(await peer.call({ publish: { channel: "open:a", data: { n: 1 } } })).toMatchObject({ publish: {} });
    await eventually(() => expect(peer.pushes).toMatchObject([{ channel: "open:a", pub: { data: { n: 1 } } }]));
    peer.drop();
  });

  test("what is said to another gateway arrives, and in the order of the answers", async () => {
    let turn = 0;
    const peer = open(kind, { uplinkOrigin: () => origin(turn++ % 2) });
    await peer.reply(1);
    await peer.call({ subscribe: { channel: "open:order" } });
    const sent = Array.from({ length: 100 }, (_, n) => n);
    for (const n of sent) peer.send(JSON.stringify({ id: 100 + n, publish: { channel: "open:order", data: n } }));
    await peer.reply(199);
    await eventually(() => expect(peer.pushes.map((push) => (push["pub"] as { data: number }).data)).toEqual(sent));
    expect(peer.refusals).toEqual([]);
    peer.drop();
  });

  test("nothing in between may hold back, change or keep what is streamed", async () => {
    const peer = open(kind);
    const { headers } = await peer.head;
    expect(headers).toMatchObject({
      "content-type": kind === "sse" ? "text/event-stream" : "application/x-ndjson",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      "transfer-encoding": "chunked",
    });
    peer.drop();
  });

  test("the hub's last word is why it ends", async () => {
    expect(await open(kind, { opening: "{broken" }).closed).toEqual({ code: 3501, reason: "bad request" });
    expect(await open(kind, { token: "not.a.token" }).closed).toEqual({ code: 3500, reason: "invalid token" });
  });

  test("a token that is not renewed ends it when its time is over", async () => {
    const exp = Math.floor(Date.now() / 1_000) + 2;
    const peer = open(kind, { token: mintToken(secret, { sub: "ann", exp }) });
    expect(await peer.reply(1)).toMatchObject({ connect: { expires: true } });
    expect(await peer.closed).toEqual({ code: 3005, reason: "connection expired" });
  });

  test("pings are answered by the other way; who does not answer is gone", async () => {
    const [alive, dead] = [open(kind), open(kind, { answersPings: false })];
    await Promise.all([alive.reply(1), dead.reply(1)]);
    expect(await dead.closed).toEqual({ code: 3012, reason: "no pong" });
    expect(await alive.call({ rpc: { method: "none", data: {} } })).toMatchObject({ error: { code: 108 } });
    alive.drop();
  });

  test("a client that leaves is missed at once", async () => {
    const peer = open(kind);
    await peer.reply(1);
    const metric = async () =>
      (await (await fetch(`${origin()}/metrics`)).text()).match(/gateway_connections (\d+)/)?.[1];
    const before = Number(await metric());
    peer.drop();
    await eventually(async () => expect(Number(await metric())).toBe(before - 1));
  });

  test("a page of an allowed origin may read the answer, another one is refused and told why", async () => {
    const allowed = open(kind, { headers: { origin: page } });
    const { headers } = await allowed.head;
    expect(headers).toMatchObject({
      "access-control-allow-origin": page,
      "access-control-allow-credentials": "true",
      vary: "Origin",
    });
    allowed.drop();
    const { statusCode } = await open(kind, { headers: { origin: "https://evil.example" } }).head;
    expect(statusCode).toBe(403);
  });
});

test("a command rate is the connection's, whatever it comes by", async () => {
  const peer = open("http_stream");
  await peer.reply(1);
  const commands = Array.from({ length: 40 }, (_, n) => JSON.stringify({ id: 10 + n, rpc: { method: "x", data: 1 } }));
  for (let frame = 0; frame < 60; frame++) peer.send(commands.join("\n"));
  expect(await peer.closed).toEqual({ code: 3013, reason: "too many requests" });
});

test("what stops a gateway is the last word on each stream, and the gateway stops in time", async () => {
  const gateway = await startApp("gateway", env);
  const peers = kinds.map((kind) => open(kind, { origin: gateway.url }));
  await Promise.all(peers.map((peer) => peer.reply(1)));
  // One that does not read its end.
  const silent = await raw(gateway.port, streamRequest());
  silent.socket.pause();
  const beganMs = performance.now();
  expect(await gateway.stop()).toBe(0);
  expect(performance.now() - beganMs).toBeLessThan(8_000);
  for (const peer of peers) {
    expect(await peer.closed).toEqual({ code: 3001, reason: "shutdown" });
    // The line takes the push `disconnect` for its end.
    const closing = { type: "closing", code: 3001, reconnectAfterMs: expect.any(Number) };
    expect(peer.pushes.at(-1)).toMatchObject({ message: { data: closing } });
  }
  silent.socket.destroy();
});

describe("requests for a stream", () => {
  const ask = (path: string, init: RequestInit = {}) => fetch(origin() + path, init);
  const json = { "content-type": "application/json" };

  const post = (type: Record<string, string>, body: string | Buffer): RequestInit => ({
    method: "POST",
    headers: type,
    body: new Uint8Array(Buffer.from(body)),
  });

  test.each([
    ["a GET of a http_stream", "/connection/http_stream", {}, "405 POST only"],
    ["a PUT of an sse", "/connection/sse", { method: "PUT", body: "x" }, "405 GET or POST only"],
    ["no type", "/connection/http_stream", post({}, "{}"), "415 Content-Type must be"],
    ["nothing to say", "/connection/sse", {}, "400 GET needs the commands in ?cf_connect="],
    ["too much to POST", "/connection/http_stream", post(json, "x".repeat(4_097)), "413 the body is larger than 4096"],
    [
      "too much in a query",
      `/connection/sse?cf_connect=${"x".repeat(4_097)}`,
      {},
      "414 cf_connect is larger than 4096",
    ],
    [
      "a packed body",
      "/connection/http_stream",
      post({ ...json, "content-encoding": "gzip" }, "x"),
      "415 the body must",
    ],
  ])("%s is refused with a reason", async (_, path, init, refusal) => {
    const response = await ask(path, init as RequestInit);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(`${response.status} ${error.message}`).toContain(refusal);
    expect(error.code).toMatch(/^[a-z_]+$/);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("HTTP/1.0 has no chunks, so it gets an answer that says what a proxy must be told", async () => {
    const { text } = await raw(gateways[0]?.port ?? 0, streamRequest().replace("HTTP/1.1", "HTTP/1.0"), /\}$/);
    expect(text).toMatch(/^HTTP\/1\.1 505 .*proxy_http_version/s);
  });

  test("what is sent behind a stream's request, on its socket, ends the connection instead of waiting for ever", async () => {
    const { socket } = await raw(gateways[0]?.port ?? 0, streamRequest(), /data|connect/);
    const ended = new Promise((resolve) => socket.once("close", () => resolve("ended")));
    socket.write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000));
    expect(await ended).toBe("ended");
  });

  test("a stream behind a request that is not answered yet is refused", async () => {
    const uplink = `{"session":"s","node":"0","data":"{}"}`;
    const first = `POST /emulation HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${uplink.length}\r\n\r\n${uplink}`;
    const { text } = await raw(gateways[0]?.port ?? 0, first + streamRequest(), /behind another request/);
    expect(text).toContain("404");
  });

  test("a browser may ask beforehand, and remembers the answer", async () => {
    for (const path of ["/connection/http_stream", "/connection/sse", "/emulation"]) {
      const headers = { origin: page, "access-control-request-headers": "content-type,x-mine" };
      const answer = await ask(path, { method: "OPTIONS", headers });
      expect(answer.status).toBe(204);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "access-control-allow-origin": page,
        "access-control-allow-methods": expect.stringContaining("POST"),
        "access-control-allow-headers": "content-type,x-mine",
        "access-control-max-age": "7200",
      });
      expect((await ask(path, { method: "OPTIONS", headers: { origin: "https://evil.example" } })).status).toBe(403);
    }
  });
});

describe("/emulation", () => {
  const nobody = "4d2f4b6c-0000-4000-8000-000000000000";

  test.each([
    ["no JSON", "{", 400, "not JSON"],
    ["a list", "[]", 400, "session must be"],
    ["no node", `{"session":"s"}`, 400, "node must be"],
    ["no data", `{"session":"s","node":"n","data":{}}`, 400, "data must be"],
    ["data over the bound", JSON.stringify({ session: "s", node: "n", data: "x".repeat(4_097) }), 413, "4096 bytes"],
    ["a body over all bounds", "x".repeat(10_000), 413, "bytes"],
    ["a node that is not there", JSON.stringify({ session: nobody, node: nobody, data: "{}" }), 404, "connect again"],
    ["the same with a command", JSON.stringify({ session: nobody, node: nobody, data: "{} " }), 404, "connect again"],
  ])("%s is refused with a reason", async (_, body, status, reason) => {
    const answer = await postUplink(origin(), body);
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(reason)]);
  });

  test("a session that is not there is not found on any gateway", async () => {
    const peer = open("sse");
    const { connect: connected } = (await peer.reply(1)) as { connect: { node: string; client: string } };
    for (const index of [0, 1]) {
      // The public id opens nothing.
      for (const session of [nobody, connected.client]) {
        const body = JSON.stringify({ session, node: connected.node, data: `{"id":2,"rpc":{"method":"x"}}` });
        expect((await postUplink(origin(index), body)).status).toBe(404);
      }
    }
    peer.drop();
  });

  test("a session whose stream has ended is found no more", async () => {
    const peer = open("http_stream");
    const { connect: connected } = (await peer.reply(1)) as { connect: { node: string; session: string } };
    const body = JSON.stringify({ ...connected, data: `{"id":2,"rpc":{"method":"x"}}` });
    expect((await postUplink(origin(), body)).status).toBe(204);
    peer.drop();
    await eventually(async () => expect((await postUplink(origin(), body)).status).toBe(404));
  });

  test("a page of another origin may not speak, secret or not", async () => {
    expect((await postUplink(origin(), "{}", { origin: "https://evil.example" })).status).toBe(403);
  });
});

/** Sends text as it is, and waits for an answer that matches. */
async function raw(port: number, text: string, matches = /\r\n\r\n/): Promise<{ socket: Socket; text: string }> {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString())).on("error", () => undefined);
  socket.write(text);
  await eventually(() => expect(received).toMatch(matches));
  return { socket, text: received };
}

function streamRequest(): string {
  const body = JSON.stringify({ id: 1, connect: { token: token() } });
  const head = ["POST /connection/sse HTTP/1.1", "Host: x", "Content-Type: application/json"];
  return [...head, `Content-Length: ${body.length}`, "", body].join("\r\n");
}
