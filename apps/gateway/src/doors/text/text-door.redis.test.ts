import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { Broker } from "@switchyard/broker/broker";
import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisBroker } from "@switchyard/broker/redis-broker";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger, type Logger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { Door } from "../door.ts";
import { openTextDoor } from "./text-door.ts";

const channel = { namespaces: [{ name: "news" }, { name: "bytes", publication_data_format: "binary" }] };
const rules = createChannelRules(checkSettings({ channel }).channel);

let redis: TestRedis;
/** Two gateways; whoever listens there is two connections. */
let brokers: Broker[];
let heard: string[];
const opened: Door[] = [];
const peers: Socket[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  heard = [];
  brokers = await Promise.all([0, 1].map(openBroker));
  await brokers[1]?.subscribe(knownChannelName("user:uid1"));
  // Its last connection has gone, and the interest has not yet.
  await brokers[1]?.subscribe(knownChannelName("user:left"));
  await brokers[1]?.subscribe(knownChannelName("news:a"));
});
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.destroy();
  await Promise.all(opened.splice(0).map((door) => door.close()));
});
afterAll(async () => {
  await Promise.all(brokers.map((broker) => broker.close()));
  await redis.close();
});

async function openBroker(index: number): Promise<Broker> {
  const broker = await createRedisBroker({
    redis: { url: redis.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules,
    onRestored: () => undefined,
    onPublication(name, { body }) {
      heard.push(`${name} ${body.toString()}`);
      return name === "user:left" ? 0 : 2;
    },
  });
  await broker.answerCommands(`node-${index}`, {
    apply(command) {
      heard.push(command.kind === "message" ? `all ${command.dataJson}` : command.kind);
      return index;
    },
    take: () => 0,
    listChannels: () => [],
  });
  return broker;
}

async function openDoor(text: object = {}, gateway: object = {}) {
  const lines: { port?: number; reason?: string }[] = [];
  const note = (fields: { port?: number }) => void lines.push(fields);
  const registry = new Registry();
  const door = await openTextDoor({
    settings: checkSettings({ text: { enabled: true, port: 0, ...text }, gateway }),
    broker: brokers[0] as Broker,
    rules,
    registry,
    logger: { info: note, warn: note, error: note } as unknown as Logger,
  });
  if (door !== undefined) opened.push(door);
  return { door, lines, registry, port: lines.find(({ port }) => port !== undefined)?.port ?? 0 };
}

async function openPeer(port: number) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  peers.push(socket);
  socket.on("error", () => undefined);
  let received = "";
  socket.on("data", (piece) => (received += String(piece)));
  const closed = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
  await once(socket, "connect");
  return {
    socket,
    closed,
    /** All answers so far, once there are as many. */
    answers: (count: number) =>
      eventually(() => {
        const lines = received.split("\n").slice(0, -1);
        expect(lines.length).toBeGreaterThanOrEqual(count);
        return lines;
      }),
  };
}

test("`ok` says that a connection on another gateway was handed the very line, `fail` that none was", async () => {
  const peer = await openPeer((await openDoor()).port);
  peer.socket.write('{"uid":"uid2","n":1}\n{"uid":"left","n":1}\n{"uid":"uid1","percent":"88%"}\n');
  expect(await peer.answers(3)).toEqual(["fail", "fail", "ok"]);
  expect(heard.at(-1)).toBe('user:uid1 {"data":{"uid":"uid1","percent":"88%"}}');
});

test("what is handed on is the text as it was written: spaces, escapes and the digits of its numbers", async () => {
  const peer = await openPeer((await openDoor()).port);
  const line = '{ "uid" : "uid1", "n":12345678901234567890, "f":1.0, "t":"\\u5b8c成" }';
  peer.socket.write(`${line}\r\n`);
  expect(await peer.answers(1)).toEqual(["ok"]);
  expect(heard.at(-1)).toBe(`user:uid1 {"data":${line}}`);
});

test("channels and everybody are addressed as well", async () => {
  const peer = await openPeer((await openDoor()).port);
  peer.socket.write('{"channel":"news:a","n":1}\n{"channel":"news:b"}\n{"uid":"*","n":2}\n');
  expect(await peer.answers(3)).toEqual(["ok", "fail", "ok"]);
  // Both gateways; the sender does not wait for the one without a connection.
  await eventually(() => expect(heard.filter((line) => line === 'all {"uid":"*","n":2}')).toHaveLength(2));
});

test("one that asks for a receipt learns of how many connections, whether it is kept, or what is wrong", async () => {
  const peer = await openPeer((await openDoor()).port);
  peer.socket.write(
    [
      '{"uid":"uid1","receipt":true}',
      '{"uid":"uid2","receipt":true}',
      '{"channel":"news:a","receipt":true}',
      '{"uid":"*","receipt":true}',
      '{"receipt":true}',
      '{"channel":"task:t_0","receipt":true}',
      '{"channel":"nowhere:a","receipt":true}',
      "",
    ].join("\n"),
  );
  const answers = (await peer.answers(7)).map((line) => JSON.parse(line) as object);
  expect(answers).toEqual([
    { ok: true, connections: 2, stored: true },
    { ok: false, connections: 0, stored: true },
    { ok: true, connections: 2, stored: false },
    { ok: true, connections: 1, stored: false },
    { ok: false, error: expect.stringContaining("uid: name either") },
    { ok: false, error: expect.stringContaining("channel: ") },
    { ok: false, error: expect.stringContaining("no namespace `nowhere`") },
  ]);
});

test("whatever is wrong with a line, it is answered in its turn, and the connection stays", async () => {
  const peer = await openPeer((await openDoor()).port);
  const before = heard.length;
  const wrong = [
    "",
    "x",
    "[]",
    "null",
    '"uid1"',
    '{"uid":""}',
    '{"uid":null}',
    '{"uid":1.5}',
    '{"uid":["uid1"]}',
    '{"uid":"uid1","channel":"news:a"}',
    '{"channel":"news:a\\u0000"}',
    '{"channel":"inbox:uid1"}',
    '{"uid":"\\ud800"}',
    '{"uid":"uid1"',
    `{"uid":"uid1","x":${"[".repeat(600)}${"]".repeat(600)}}`,
    `{"uid":"uid1","x":"${"x".repeat(70_000)}"}`,
  ];
  peer.socket.write(wrong.map((line) => `${line}\n`).join(""));
  peer.socket.write(Buffer.from('{"uid":"uid1","x":"\xff"}\n', "latin1"));
  peer.socket.write('{"uid":"uid1"}\n');
  expect(await peer.answers(wrong.length + 2)).toEqual([...wrong.map(() => "fail"), "fail", "ok"]);
  expect(heard.slice(before)).toEqual(['user:uid1 {"data":{"uid":"uid1"}}']);
});

test("a line byte by byte, many in a packet, and a number as the user's id come to the same", async () => {
  const peer = await openPeer((await openDoor()).port);
  await brokers[1]?.subscribe(knownChannelName("user:7"));
  for (const byte of Buffer.from('{"uid":"7"}\r\n')) {
    peer.socket.write(Buffer.of(byte));
    await new Promise((resolve) => void setImmediate(resolve));
  }
  const before = heard.length;
  peer.socket.write(Array.from({ length: 500 }, (_, n) => `{"uid":7,"n":${n}}\n`).join(""));
  expect(await peer.answers(501)).toEqual(Array.from({ length: 501 }, () => "ok"));
  expect(heard.slice(-500)).toEqual(Array.from({ length: 500 }, (_, n) => `user:7 {"data":{"uid":7,"n":${n}}}`));
  expect(heard.length - before).toBeGreaterThanOrEqual(500);
});

test("with a secret nothing is pushed before it was said, and it is never handed on", async () => {
  const secret = "a-secret-of-the-text-door";
  const { port, lines, registry } = await openDoor({ secret });
  const peer = await openPeer(port);
  const before = heard.length;
  const said = `{"secret":"${secret}"}\n`;
  peer.socket.write(`{"uid":"uid1"}\n${said}{"uid":"uid1"}\n{"uid":"uid1","secret":"${secret}"}\n`);
  expect(await peer.answers(4)).toEqual(["fail", "ok", "ok", "ok"]);
  expect(heard.slice(before)).toEqual(['user:uid1 {"data":{"uid":"uid1"}}']);
  const stranger = await openPeer(port);
  stranger.socket.write(`{"secret":"wrong"}\n{"uid":"uid1"}\n`);
  await stranger.closed;
  expect((await stranger.answers(1))[0]).toBe("fail");
  expect(heard.slice(before)).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toContain(secret);
  expect(await registry.metrics()).toContain('text_lines_total{outcome="refused"} 3');
});

test("who does not say the secret is closed after a while, who has said it stays", async () => {
  const settings = { secret: "a-secret-of-the-text-door" };
  const lines: { port?: number }[] = [];
  const door = await openTextDoor({
    settings: checkSettings({ text: { enabled: true, port: 0, ...settings }, client: { stale_close_delay: "100ms" } }),
    broker: brokers[0] as Broker,
    rules,
    registry: new Registry(),
    logger: { info: (fields: object) => lines.push(fields), warn: () => undefined } as unknown as Logger,
  });
  if (door !== undefined) opened.push(door);
  const [known, silent] = [await openPeer(lines[0]?.port ?? 0), await openPeer(lines[0]?.port ?? 0)];
  known.socket.write(`{"secret":"${settings.secret}"}\n`);
  await silent.closed;
  known.socket.write('{"uid":"uid1"}\n');
  expect(await known.answers(2)).toEqual(["ok", "ok"]);
});

test("one connection too many is told and closed, and one that leaves makes room", async () => {
  const { port } = await openDoor({ connection_limit: 1 });
  const first = await openPeer(port);
  first.socket.write("\n");
  await first.answers(1);
  const second = await openPeer(port);
  await second.closed;
  expect(await second.answers(1)).toEqual(["fail"]);
  first.socket.destroy();
  await eventually(async () => {
    const third = await openPeer(port);
    third.socket.write('{"uid":"uid1"}\n');
    expect(await third.answers(1)).toEqual(["ok"]);
  });
});

test("a drain answers what was begun, takes nobody new, and ends", async () => {
  const { door, port } = await openDoor();
  const peer = await openPeer(port);
  peer.socket.write('{"uid":"uid1"}\n');
  await peer.answers(1);
  peer.socket.write('{"uid":"uid1","n":2}\n');
  await eventually(() => expect(heard.at(-1)).toContain('"n":2'));
  door?.shut();
  door?.drain(disconnectCodes.shutdown);
  await door?.close();
  expect(await peer.answers(2)).toEqual(["ok", "ok"]);
  const late = connect({ port, host: "127.0.0.1" });
  const [error] = (await once(late, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNREFUSED");
});

test("a taken port ends the start in one line, or leaves the door out where it may", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  await expect(openDoor({ port })).rejects.toMatchObject({
    kind: "environment",
    message: expect.stringMatching(/^the text door: port \d+ on 127\.0\.0\.1 is taken; .*text\.port.*$/),
  });
  const { door, lines } = await openDoor({ port }, { skip_taken_ports: true });
  expect([door, lines]).toEqual([undefined, [{ door: "text", host: "127.0.0.1", port }]]);
  holder.close();
});

test("closed by default", async () => {
  expect((await openDoor({ enabled: false })).door).toBeUndefined();
});
