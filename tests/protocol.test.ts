import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** The Centrifuge client protocol against a real gateway process, frame by frame. */

const secret = "protocol-test-secret-of-32-characters";
let redis: TestRedis;
let gateway: AppProcess;
let next = 0;

const settings = {
  SWITCHYARD_TOKEN_SECRET: secret,
  SWITCHYARD_CLIENT_STALE_CLOSE_DELAY: "1s",
  SWITCHYARD_CLIENT_PING_INTERVAL: "1s",
  SWITCHYARD_CLIENT_PONG_TIMEOUT: "500ms",
  SWITCHYARD_CLIENT_CHANNEL_LIMIT: "3",
  SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify([
    { name: "open", allow_subscribe_for_client: true, allow_publish_for_subscriber: true },
    {
      name: "kept",
      allow_subscribe_for_client: true,
      allow_publish_for_subscriber: true,
      allow_history_for_subscriber: true,
      history_size: 5,
      history_ttl: "60s",
      force_recovery: true,
    },
    { name: "closed" },
  ]),
};

beforeAll(async () => {
  redis = await startTestRedis();
  gateway = await startApp("gateway", { SWITCHYARD_REDIS_URL: redis.url, ...settings });
});
afterAll(async () => {
  await gateway?.stop();
  await redis?.close();
});

const connectionUrl = () => `ws://127.0.0.1:${gateway.port}/connection/websocket`;
const channel = (namespace = "open") => `${namespace}:${++next}`;
const tokenOf = (user: string) => mintToken(secret, { sub: user });

async function connected(user = "u"): Promise<CentrifugePeer> {
  const peer = await connectPeer(connectionUrl());
  await peer.call({ connect: { token: tokenOf(user) } });
  return peer;
}

async function expectHealthy(): Promise<void> {
  const peer = await connected();
  expect(await peer.call({ subscribe: { channel: channel() } })).toHaveProperty("subscribe");
  await peer.close();
}

describe("frames that break the protocol", () => {
  const beforeConnect: [string, string][] = [
    ["text that is not JSON", "hello"],
    ["a JSON array", "[]"],
    ["truncated JSON", '{"id":1,"connect":{'],
    ["an empty frame", ""],
    ["a command before connect", '{"id":1,"subscribe":{"channel":"open:x"}}'],
    ["connect without an id", '{"connect":{}}'],
  ];
  test.each(beforeConnect)("%s ends the connection with 3501, and nobody else's", async (_, frame) => {
    const peer = await connectPeer(connectionUrl());
    peer.sendRaw(frame);
    expect(await peer.closed).toEqual({ code: 3501, reason: "bad request" });
    await expectHealthy();
  });

  const afterConnect: [string, string][] = [
    ["a second connect", '{"id":2,"connect":{}}'],
    ["a pong no ping asked for", "{}"],
    ["a command without an id", '{"rpc":{}}'],
    ["an unknown method", '{"id":2,"explode":{}}'],
    ["an empty channel", '{"id":2,"subscribe":{"channel":""}}'],
    ["an empty line between commands", '{"id":2,"rpc":{}}\n\n{"id":3,"rpc":{}}'],
    ["a channel that is no text", '{"id":2,"subscribe":{"channel":7}}'],
  ];
  test.each(afterConnect)("%s ends the connection with 3501, and nobody else's", async (_, frame) => {
    const peer = await connected();
    peer.sendRaw(frame);
    expect(await peer.closed).toEqual({ code: 3501, reason: "bad request" });
    await expectHealthy();
  });

  test("a frame over the limit ends the connection with 1009, at the limit it is answered", async () => {
    const frame = (bytes: number) => {
      const empty = JSON.stringify({ id: 2, rpc: { data: "" } });
      return empty.replace('""', `"${"x".repeat(bytes - empty.length)}"`);
    };
    const peer = await connected();
    peer.sendRaw(frame(65_536));
    expect(await peer.reply(2)).toMatchObject({ error: { code: 108 } });
    peer.sendRaw(frame(65_537));
    expect((await peer.closed).code).toBe(1009);
    await expectHealthy();
  });

  test("a binary frame ends the connection with 3506", async () => {
    const peer = await connected();
    peer.sendRaw(Buffer.from("{}"));
    expect((await peer.closed).code).toBe(3506);
  });

  test("data nested 20 000 levels deep is refused and the process lives on", async () => {
    const peer = await connected();
    const name = channel();
    await peer.call({ subscribe: { channel: name } });
    const depth = 20_000;
    peer.sendRaw(`{"id":9,"publish":{"channel":"${name}","data":${"[".repeat(depth)}${"]".repeat(depth)}}}`);
    expect(await peer.reply(9)).toMatchObject({ error: { code: 107 } });
    await expectHealthy();
  });
});

describe("commands", () => {
  test("several in one frame are answered each, subscribe behind an asynchronous connect included", async () => {
    const peer = await connectPeer(connectionUrl());
    const name = channel();
    peer.send(
      { id: 1, connect: { token: tokenOf("u") } },
      { id: 2, subscribe: { channel: name, flag: 1 } },
      { id: 4_294_967_295, publish: { channel: name, data: { text: "hi" } } },
    );
    expect(await peer.reply(1)).toMatchObject({ connect: { pong: true, ping: 1 } });
    expect(await peer.reply(2)).toEqual({ id: 2, subscribe: {} });
    expect(await peer.reply(4_294_967_295)).toEqual({ id: 4_294_967_295, publish: {} });
    expect(await peer.nextPush()).toMatchObject({ channel: name, pub: { data: { text: "hi" }, info: { user: "u" } } });
    await peer.close();
  });

  test.each([
    ["a duplicate subscribe", () => ({ subscribe: { channel: "open:twice" } }), 105],
    ["a channel name over 255 bytes", () => ({ subscribe: { channel: `open:${"漢".repeat(90)}` } }), 107],
    ["an unknown namespace", () => ({ subscribe: { channel: "nowhere:x" } }), 102],
    ["a subscribe without right", () => ({ subscribe: { channel: "closed:x" } }), 103],
    ["a private channel without token", () => ({ subscribe: { channel: "$open:x" } }), 103],
    ["a publish without right", () => ({ publish: { channel: "open:elsewhere", data: 1 } }), 103],
    ["a publish without data", () => ({ publish: { channel: "open:twice" } }), 107],
    ["history of a channel that keeps none", () => ({ history: { channel: "open:twice" } }), 103],
    ["an rpc nobody answers", () => ({ rpc: { method: "x" } }), 108],
    ["presence, which is not there yet", () => ({ presence: { channel: "open:twice" } }), 108],
  ])("%s is answered by an error and the connection goes on", async (_, command, code) => {
    const peer = await connected();
    await peer.call({ subscribe: { channel: "open:twice" } });
    expect(await peer.call(command())).toMatchObject({ error: { code } });
    expect(await peer.call({ unsubscribe: { channel: "open:never" } })).toHaveProperty("unsubscribe", {});
    await peer.close();
  });

  test("one channel more than the limit is 106, the user's own channel counted", async () => {
    const peer = await connected();
    for (let free = 2; free > 0; free--) {
      expect(await peer.call({ subscribe: { channel: channel() } })).toHaveProperty("subscribe");
    }
    expect(await peer.call({ subscribe: { channel: channel() } })).toMatchObject({
      error: { code: 106, message: expect.stringContaining("3 channels") },
    });
    await peer.close();
  });

  test("a message nobody takes ends the connection with 3508", async () => {
    const peer = await connected();
    peer.sendRaw('{"send":{"data":1}}');
    expect((await peer.closed).code).toBe(3508);
  });
});

describe("who may connect", () => {
  test("no token is error 101, and what follows on that connection is 3501", async () => {
    const peer = await connectPeer(connectionUrl());
    expect(await peer.call({ connect: {} })).toMatchObject({ error: { code: 101 } });
    peer.send({ id: 2, rpc: {} });
    expect((await peer.closed).code).toBe(3501);
  });

  test.each([
    ["of another secret", () => mintToken("x".repeat(32), { sub: "u" })],
    ["that is no token", () => "hello"],
    [
      "with algorithm none",
      () =>
        `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"sub":"u"}').toString("base64url")}.`,
    ],
  ])("a token %s ends the connection with 3500", async (_, token) => {
    const peer = await connectPeer(connectionUrl());
    peer.send({ id: 1, connect: { token: token() } });
    expect(await peer.closed).toEqual({ code: 3500, reason: "invalid token" });
  });

  test("an expired token is error 109, on which the SDK fetches another", async () => {
    const peer = await connectPeer(connectionUrl());
    const token = mintToken(secret, { sub: "u", exp: Math.floor(Date.now() / 1_000) - 60 });
    expect(await peer.call({ connect: { token } })).toMatchObject({ error: { code: 109 } });
    peer.terminate();
  });

  test("a token that expires says when, and a new one of the same user prolongs", async () => {
    const peer = await connectPeer(connectionUrl());
    const exp = (seconds: number) => ({ sub: "u", exp: Math.floor(Date.now() / 1_000) + seconds });
    const reply = await peer.call({ connect: { token: mintToken(secret, exp(60)) } });
    expect(reply).toMatchObject({ connect: { expires: true, ttl: expect.closeTo(60, -1) } });
    expect(await peer.call({ refresh: { token: mintToken(secret, exp(600)) } })).toMatchObject({
      refresh: { expires: true, ttl: expect.closeTo(600, -1) },
    });
    peer.send({ id: 9, refresh: { token: mintToken(secret, { ...exp(600), sub: "somebody else" }) } });
    expect((await peer.closed).code).toBe(3500);
  });

  test("a subscription token opens its channel to its user only", async () => {
    const peer = await connected();
    const token = (claims: object) => mintToken(secret, { sub: "u", channel: "closed:vip", ...claims });
    expect(await peer.call({ subscribe: { channel: "closed:vip", token: token({ sub: "v" }) } })).toMatchObject({
      error: { code: 103 },
    });
    expect(await peer.call({ subscribe: { channel: "closed:vip", token: token({}) } })).toHaveProperty("subscribe");
    peer.send({ id: 9, subscribe: { channel: "closed:other", token: token({}) } });
    expect((await peer.closed).code).toBe(3500);
  });

  test("a page of an origin that is not listed is refused before the upgrade", async () => {
    await expect(connectPeer(connectionUrl(), { origin: "https://evil.example" })).rejects.toThrow("403");
    await expect(connectPeer(connectionUrl().replace("websocket", "elsewhere"))).rejects.toThrow("404");
  });
});

describe("liveness", () => {
  test("a client that never connects is closed with 3502", async () => {
    const peer = await connectPeer(connectionUrl());
    expect((await peer.closed).code).toBe(3502);
  });

  test("a client that does not answer a ping is closed with 3012, one that does stays", async () => {
    const silent = await connected();
    const lively = await connected();
    let answered = 0;
    const answering = setInterval(() => {
      while (answered < lively.pings) {
        answered++;
        lively.sendRaw("{}");
      }
    }, 20);
    expect((await silent.closed).code).toBe(3012);
    expect(await lively.call({ rpc: {} })).toMatchObject({ error: { code: 108 } });
    clearInterval(answering);
    await lively.close();
  });
});

describe("history and recovery", () => {
  test("a client that comes back gets exactly what it missed, under the offset it asked from", async () => {
    const name = channel("kept");
    const writer = await connected("writer");
    await writer.call({ subscribe: { channel: name } });
    for (const data of [1, 2, 3]) await writer.call({ publish: { channel: name, data } });
    const history = await writer.call({ history: { channel: name, limit: 10 } });
    const { epoch } = history["history"] as { epoch: string };
    const reader = await connected("reader");
    expect(await reader.call({ subscribe: { channel: name, recover: true, offset: 1, epoch } })).toMatchObject({
      subscribe: {
        recovered: true,
        was_recovering: true,
        offset: 1,
        epoch,
        publications: [
          { offset: 2, data: 2 },
          { offset: 3, data: 3 },
        ],
      },
    });
    await writer.call({ publish: { channel: name, data: 4 } });
    expect(await reader.nextPush()).toMatchObject({ pub: { offset: 4, data: 4 } });
    await Promise.all([writer.close(), reader.close()]);
  });

  test("a client that was away too long is told so, and gets no part of it", async () => {
    const name = channel("kept");
    const writer = await connected("writer");
    await writer.call({ subscribe: { channel: name } });
    for (let data = 1; data <= 8; data++) await writer.call({ publish: { channel: name, data } });
    const reader = await connected("reader");
    const { subscribe } = await reader.call({ subscribe: { channel: name, recover: true, offset: 1, epoch: "" } });
    expect(subscribe).toMatchObject({ was_recovering: true, offset: 8 });
    expect(subscribe).not.toHaveProperty("recovered");
    expect(subscribe).not.toHaveProperty("publications");
    await Promise.all([writer.close(), reader.close()]);
  });
});

test.each([0, 1, 125, 126, 65_000])(
  "a message of %d bytes arrives whole, and so does Chinese text of that length",
  async (size) => {
    const name = channel();
    const peer = await connected();
    await peer.call({ subscribe: { channel: name } });
    for (const data of ["x".repeat(size), "漢".repeat(Math.min(size, 5_000))]) {
      expect(await peer.call({ publish: { channel: name, data } })).toHaveProperty("publish");
      expect(await peer.nextPush()).toMatchObject({ pub: { data } });
    }
    await peer.close();
  },
);
