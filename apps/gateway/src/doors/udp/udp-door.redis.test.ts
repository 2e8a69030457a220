import { createSocket } from "node:dgram";
import { once } from "node:events";
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
import type { Door } from "../door.ts";
import { openUdpDoor } from "./udp-door.ts";

const channel = { namespaces: [{ name: "school" }] };
const channels = ["school:{school_id}:class:{school_class_id}", "user:{uid}"];
const rules = createChannelRules(checkSettings({ channel }).channel);

let redis: TestRedis;
let broker: Broker;
let heard: string[];
const opened: Door[] = [];
const socket = createSocket("udp4");

beforeAll(async () => {
  redis = await startTestRedis();
  broker = await createRedisBroker({
    redis: { url: redis.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules,
    onRestored: () => undefined,
    onPublication: (name, { body }) => heard.push(`${name} ${body.toString()}`),
  });
  await broker.subscribe(knownChannelName("school:2:class:1"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((door) => door.close()));
});
afterAll(async () => {
  socket.close();
  await broker.close();
  await redis.close();
});

async function openDoor(udp: object = {}) {
  heard = [];
  const lines: { port?: number; reason?: string }[] = [];
  const note = (fields: { port?: number }) => void lines.push(fields);
  const registry = new Registry();
  const door = await openUdpDoor({
    settings: checkSettings({ channel, udp: { enabled: true, port: 0, channels, ...udp } }),
    broker,
    rules,
    registry,
    logger: { info: note, warn: note } as unknown as Logger,
  });
  if (door !== undefined) opened.push(door);
  const port = lines.find((line) => line.port !== undefined)?.port ?? 0;
  return {
    door,
    lines,
    send: (datagram: string | Buffer) =>
      new Promise<void>((resolve, reject) => {
        socket.send(datagram, port, "127.0.0.1", (error) => (error === null ? resolve() : reject(error)));
      }),
    /** What became of datagrams so far, by fate. */
    fates: async (): Promise<Record<string, number>> => {
      const text = await registry.metrics();
      return Object.fromEntries(
        Array.from(text.matchAll(/udp_datagrams_total\{fate="(\w+)"\} (\d+)/g), ([, fate, n]) => [fate, Number(n)]),
      );
    },
  };
}

test("a datagram is published as the text it is, in the channel its fields name and in no other", async () => {
  const { send, fates } = await openDoor();
  await send('{"school_class_id":"1","school_id":"2","text":"下课"}\n');
  await send('{"school_class_id":"1","school_id":"3"}');
  await eventually(async () => expect(await fates()).toEqual({ accepted: 2 }));
  // What confirms a publication and what hears it are two connections.
  const line = 'school:2:class:1 {"data":{"school_class_id":"1","school_id":"2","text":"下课"}}';
  await eventually(() => expect(heard).toEqual([line]));
});

test("what cannot be published is dropped and counted by its reason, whatever it is", async () => {
  const { send, fates, lines } = await openDoor({ datagram_max_size: 100 });
  const secretive = '{"school_class_id":"1:2","school_id":"2"}';
  for (const datagram of ["", "x", "[1]", '{"room":1}', secretive, `{"x":"${"x".repeat(100)}"}`, Buffer.of(0xff, 0)]) {
    await send(datagram);
  }
  await send('{"uid":"ann"}');
  await eventually(async () =>
    expect(await fates()).toEqual({ accepted: 1, not_json: 4, unmapped: 1, refused: 1, too_large: 1 }),
  );
  // Each reason once, and nothing of what was sent.
  expect(lines.filter(({ reason }) => reason !== undefined).length).toBe(5);
  expect(JSON.stringify(lines)).not.toContain("1:2");
});

test("of a burst of 10 000, those that were accepted and those that were dropped are all that were sent", async () => {
  const { send, fates } = await openDoor();
  const sent = 10_000;
  await Promise.all(Array.from({ length: sent }, (_, n) => send(`{"school_id":2,"school_class_id":1,"n":${n}}`)));
  const sum = async () => Object.values(await fates()).reduce((total, count) => total + count, 0);
  await eventually(async () => expect(await sum()).toBe(sent), { timeoutMs: 15_000 });
  const { accepted = 0 } = await fates();
  await eventually(() => expect(heard).toHaveLength(accepted));
  const order = heard.map((line) => Number(/"n":(\d+)/.exec(line)?.[1]));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test("a close waits for what is on its way", async () => {
  const { send, door, fates } = await openDoor();
  await Promise.all(Array.from({ length: 200 }, () => send('{"uid":"ann"}')));
  await eventually(async () => expect((await fates())["accepted"]).toBeGreaterThan(0));
  await door?.close();
  const after = await fates();
  await new Promise((resolve) => void setImmediate(resolve));
  expect(await fates()).toEqual(after);
});

test("a datagram that Redis has not confirmed is counted as unknown, for it is published later", async () => {
  const { send, fates } = await openDoor();
  redis.signal("SIGSTOP");
  try {
    await send('{"school_class_id":"1","school_id":"2","late":true}');
    await eventually(async () => expect(await fates()).toEqual({ unknown: 1 }));
  } finally {
    redis.signal("SIGCONT");
  }
  await eventually(() => expect(heard.at(-1)).toContain('"late":true'));
  expect(await fates()).toEqual({ unknown: 1 });
});

test("a taken port ends the start in one line", async () => {
  const holder = createSocket("udp4").bind(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address();
  await expect(openDoor({ port })).rejects.toMatchObject({
    kind: "environment",
    message: expect.stringMatching(/^the udp door: port \d+ on 127\.0\.0\.1 is taken; .*udp\.port.*$/),
  });
  holder.close();
});

test("closed by default", async () => {
  expect((await openDoor({ enabled: false })).door).toBeUndefined();
});
