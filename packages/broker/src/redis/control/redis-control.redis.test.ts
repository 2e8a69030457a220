import { knownChannelName } from "../../channel-name.ts";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Broker } from "../../broker.ts";
import { createChannelRules } from "../../channel-rules.ts";
import type { Control } from "../../control.ts";
import { channelListMax, type NodeCommand } from "../../node-command.ts";
import { channelKeys, controlName } from "../keys.ts";
import { createRedisBroker } from "../redis-broker.ts";
import { createRedisControl } from "./redis-control.ts";

const { channel } = checkSettings({});
const rules = createChannelRules(channel);
const logger = createLogger({ app: "test", level: "fatal" });
const command: NodeCommand = {
  kind: "disconnect",
  target: { user: "ann" },
  disconnect: { code: 3503, reason: "force disconnect" },
};

let redis: TestRedis;
let control: Control;
let nodes: Broker[];
let heard: NodeCommand[];
let taken: string[];

/** A node with so many connections of everybody's. */
async function createNode(connections: number, channels: [string, number][] = []): Promise<Broker> {
  const uid = `node-${nodes.length}`;
  const options = { redis: { url: redis.url, prefix: "sy" }, logger, rules };
  const node = await createRedisBroker({ ...options, onPublication: () => connections, onRestored: () => undefined });
  await node.answerCommands(uid, {
    apply(asked) {
      heard.push(asked);
      return connections;
    },
    take(uplink) {
      taken.push(`${uid} ${JSON.stringify(uplink)}`);
      return 1;
    },
    answer({ client, annotate }) {
      if (client === `big-${uid}`) return "meta_too_large";
      if (client !== `client-of-${uid}`) return undefined;
      return { client, user: "ann", channels: [], expiresAtMs: null, meta: annotate?.meta ?? {} };
    },
    listChannels: () => channels,
  });
  nodes.push(node);
  return node;
}

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(async () => {
  nodes = [];
  heard = [];
  taken = [];
  control = await createRedisControl({ redis: { url: redis.url, prefix: "sy" }, logger, rules });
});
afterEach(async () => {
  await Promise.all([control.close(), ...nodes.map((node) => node.close())]);
});
afterAll(() => redis.close());

test("every node hears a command, and the asker learns how many connections it concerned in all", async () => {
  await createNode(2);
  await createNode(3);
  expect(await control.ask(command)).toEqual({ nodes: 2, answered: 2, connections: 5 });
  expect(heard).toEqual([command, command]);
});

test("without a node the answer is nobody, at once", async () => {
  expect(await control.ask(command)).toEqual({ nodes: 0, answered: 0, connections: 0 });
});

test("a receipt counts the connections on interested nodes only", async () => {
  const [one] = [await createNode(2), await createNode(40)];
  await one.subscribe(knownChannelName("news"));
  const result = await control.publishWithReceipt(knownChannelName("news"), { payload: "1" });
  expect(result).toMatchObject({ nodes: 1, receipt: { nodes: 1, answered: 1, connections: 2 } });
  expect(await control.publishWithReceipt(knownChannelName("elsewhere"), { payload: "1" })).toMatchObject({
    receipt: { nodes: 0, connections: 0 },
  });
});

test("channels of all nodes are listed once each, with those who listen on any", async () => {
  await createNode(0, [
    ["chat:a", 2],
    ["chat:é b", 1],
  ]);
  await createNode(0, [["chat:a", 3]]);
  const { nodes, answered, channels } = await control.listChannels("");
  expect([nodes, answered]).toEqual([2, 2]);
  expect(Object.fromEntries(channels)).toEqual({ "chat:a": 5, "chat:é b": 1 });
});

test("more channels of one node than an answer may hold are refused, as many are not", async () => {
  const names = Array.from({ length: channelListMax }, (_, index): [string, number] => [`chat:${index}`, 1]);
  await createNode(0, names);
  expect((await control.listChannels("")).channels.size).toBe(channelListMax);
  await createNode(0, [...names, ["chat:more", 1]]);
  await expect(control.listChannels("")).rejects.toMatchObject({ code: 106 });
});

test("channels whose names are too long for one answer are refused, and the answer says so in few bytes", async () => {
  const long = (index: number): [string, number] => [`chat:${"x".repeat(250)}${index}`, 1];
  await createNode(
    0,
    Array.from({ length: 8_000 }, (_, index) => long(index)),
  );
  await expect(control.listChannels("")).rejects.toMatchObject({
    code: 106,
    message: expect.stringContaining("bytes"),
  });
});

test("answers of many questions under way at once do not mix", async () => {
  const node = await createNode(1);
  await node.subscribe(knownChannelName("news"));
  const receipts = await Promise.all(
    Array.from({ length: 200 }, () => control.publishWithReceipt(knownChannelName("news"), { payload: "1" })),
  );
  expect(receipts.every(({ receipt }) => receipt.answered === 1 && receipt.connections === 1)).toBe(true);
});

test("some nodes are asked, and those that are not there are not waited for", async () => {
  await createNode(2);
  await createNode(30);
  await createNode(400);
  const asked = await control.ask(command, { nodes: ["node-0", "node-2", "gone"] });
  expect(asked).toEqual({ nodes: 2, answered: 2, connections: 402 });
});

test("a node asks another one, as any process does", async () => {
  const one = await createNode(2);
  await createNode(30);
  expect(await one.ask(command, { nodes: ["node-1"] })).toEqual({ nodes: 1, answered: 1, connections: 30 });
});

test("who has enough answers does not wait for a node that hangs", async () => {
  const node = await createNode(2);
  await node.subscribe(knownChannelName("news"));
  const hearsAndSaysNothing = new Redis(redis.url);
  await hearsAndSaysNothing.subscribe(channelKeys("sy", knownChannelName("news")).pubsub, controlName("sy"));
  const beganMs = performance.now();
  const body = { payload: "1" };
  for (const asker of [control, node]) {
    const { receipt } = await asker.publishWithReceipt(knownChannelName("news"), body, { enough: 1 });
    expect(receipt).toEqual({ nodes: 2, answered: 1, connections: 2 });
    expect(await asker.ask(command, { enough: 2 })).toMatchObject({ answered: 1, connections: 2 });
  }
  expect(performance.now() - beganMs).toBeLessThan(900);
  hearsAndSaysNothing.disconnect();
});

test("an answer that does not come is waited for as long as the asker says", async () => {
  const node = await createNode(1);
  const hearsAndSaysNothing = new Redis(redis.url);
  await hearsAndSaysNothing.subscribe("sy:node:silent");
  const beganMs = performance.now();
  const asked = await node.ask(command, { nodes: ["silent"], timeoutMs: 100 });
  expect(asked).toEqual({ nodes: 1, answered: 0, connections: 0 });
  expect(performance.now() - beganMs).toBeLessThan(900);
  hearsAndSaysNothing.disconnect();
});

test("the node that has a connection answers for it, asked by name or, where nobody knows the name, among all", async () => {
  await createNode(0);
  await createNode(0);
  const meta = parseExactJson('{"id":9007199254740993}') as object;
  const expected =
    '{"client":"client-of-node-1","user":"ann","channels":[],"expiresAtMs":null,"meta":{"id":9007199254740993}}';
  const question = { client: "client-of-node-1", annotate: { meta, isPatch: false } };
  expect(JSON.stringify(await control.askConnection(question, "node-1"))).toBe(expected);
  expect(JSON.stringify(await control.askConnection(question))).toBe(expected);
  expect(await control.askConnection({ client: "big-node-0" })).toBe("meta_too_large");
});

test("a connection that is nowhere, or of a node that is gone, is gone; of a node that hangs nobody knows", async () => {
  await createNode(0);
  expect(await control.askConnection({ client: "c" })).toBe("gone");
  expect(await control.askConnection({ client: "c" }, "node-0")).toBe("gone");
  expect(await control.askConnection({ client: "c" }, "dead")).toBe("gone");
  const hanging = new Redis(redis.url);
  await hanging.subscribe(controlName("sy"));
  expect(await control.askConnection({ client: "c" })).toBe("silent");
  expect(await control.askConnection({ client: "client-of-node-0" })).toMatchObject({ user: "ann" });
  hanging.disconnect();
});
