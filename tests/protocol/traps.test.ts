import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { afterAll, beforeAll, expect, test } from "vitest";
import { impatience, startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

/** Habits of the SDK that are written nowhere, each of which a server can fall over. One test each. */

let gateway: ProtocolGateway;
/** For the traps around pings. */
let impatient: ProtocolGateway;
beforeAll(async () => {
  [gateway, impatient] = await Promise.all([startProtocolGateway(), startProtocolGateway(impatience)]);
});
afterAll(() => Promise.all([gateway?.close(), impatient?.close()]));

const token = (user = "u") => mintToken(gateway.secret, { sub: user });

test("no frame ever holds an empty line, and a client that asks for no subprotocol is taken", async () => {
  const peer = await gateway.connected();
  const channel = gateway.channel();
  await peer.call({ subscribe: { channel } });
  peer.send(...Array.from({ length: 20 }, (_, index) => ({ id: 100 + index, publish: { channel, data: "a\n\nb" } })));
  await eventually(() => expect(peer.pushes).toHaveLength(20));
  for (const frame of peer.frames) for (const line of frame.split("\n")) expect(line).not.toBe("");
  await peer.close();
});

test("the result key is there even when the result is empty", async () => {
  const peer = await gateway.connected();
  expect(await peer.call({ unsubscribe: { channel: "open:never" } })).toHaveProperty("unsubscribe", {});
  expect(await peer.call({ subscribe: { channel: gateway.channel() } })).toHaveProperty("subscribe", {});
  await peer.close();
});

test("presence of a channel nobody is in is an empty object, and the anonymous are one user", async () => {
  const watcher = await gateway.connected("watcher");
  const channel = gateway.channel("watched");
  expect(await watcher.call({ presence: { channel } })).toMatchObject({ presence: { presence: {} } });
  const anonymous = await Promise.all([gateway.connected(""), gateway.connected("")]);
  for (const peer of anonymous) expect(await peer.call({ subscribe: { channel } })).toHaveProperty("subscribe");
  await eventually(async () =>
    expect(await watcher.call({ presence_stats: { channel } })).toMatchObject({
      presence_stats: { num_clients: 2, num_users: 1 },
    }),
  );
  for (const peer of anonymous) peer.terminate();
  await eventually(async () =>
    expect(await watcher.call({ presence: { channel } })).toMatchObject({ presence: { presence: {} } }),
  );
  await watcher.close();
});

test("a subscribe is answered before the first push of its channel, a connect before everything", async () => {
  const channel = gateway.channel();
  const writer = await gateway.connected("writer");
  await writer.call({ subscribe: { channel } });
  let isWriting = true;
  const writing = (async () => {
    for (let data = 0; isWriting; data++) await writer.call({ publish: { channel, data } });
  })();
  for (let round = 0; round < 20; round++) {
    const peer = await connectPeer(gateway.url);
    peer.send({ id: 1, connect: { token: token() } }, { id: 2, subscribe: { channel } });
    await peer.nextPush();
    const lines = peer.frames.flatMap((frame) => frame.split("\n"));
    expect(lines[0]).toContain('"connect"');
    expect(lines[1]).toContain('"subscribe"');
    peer.terminate();
  }
  isWriting = false;
  await writing;
  await writer.close();
});

test("the reply to a recovery carries the offset it was asked from, not the top", async () => {
  const channel = gateway.channel("kept");
  const peer = await gateway.connected();
  await peer.call({ subscribe: { channel } });
  for (const data of [1, 2, 3]) await peer.call({ publish: { channel, data } });
  await peer.call({ unsubscribe: { channel } });
  expect(await peer.call({ subscribe: { channel, recover: true, offset: 1, epoch: "" } })).toMatchObject({
    subscribe: { recovered: true, offset: 1, publications: [{ offset: 2 }, { offset: 3 }] },
  });
  await peer.close();
});

test("unsubscribe never fails, a duplicate subscribe is 105, and neither disturbs what is there", async () => {
  const channel = gateway.channel();
  const peer = await gateway.connected();
  await peer.call({ subscribe: { channel } });
  expect(await peer.call({ subscribe: { channel } })).toMatchObject({ error: { code: 105 } });
  await peer.call({ publish: { channel, data: 1 } });
  expect(await peer.nextPush()).toMatchObject({ pub: { data: 1 } });
  for (let twice = 0; twice < 2; twice++) {
    expect(await peer.call({ unsubscribe: { channel } })).toHaveProperty("unsubscribe");
  }
  expect(await peer.call({ subscribe: { channel } })).toHaveProperty("subscribe");
  await peer.close();
});

test("an error the client should retry says so, and no other does", async () => {
  const peer = await gateway.connected();
  const { error } = await peer.call({ subscribe: { channel: "closed:x" } });
  expect(error).not.toHaveProperty("temporary");
  await peer.close();
});

test("a close carries a plain reason and a code of our own", async () => {
  const peer = await connectPeer(gateway.url);
  peer.sendRaw("[]");
  const { code, reason } = await peer.closed;
  expect(code).toBeGreaterThanOrEqual(3000);
  expect(reason).toMatch(/^[a-z ]{1,123}$/);
});

test("connect and subscribe may come in one frame, and after a refused connect nothing more is answered", async () => {
  const taken = await connectPeer(gateway.url);
  taken.send({ id: 1, connect: { token: token() } }, { id: 2, subscribe: { channel: gateway.channel() } });
  expect(await taken.reply(2)).toHaveProperty("subscribe");
  await taken.close();
  const refused = await connectPeer(gateway.url);
  refused.send({ id: 1, connect: {} }, { id: 2, subscribe: { channel: "open:x" } });
  expect(await refused.reply(1)).toMatchObject({ error: { code: 101 } });
  refused.send({ id: 3, rpc: {} });
  expect((await refused.closed).code).toBe(3501);
  expect(refused.frames.join()).not.toContain('"id":2');
});

test("an empty object is a pong, taken once per ping and otherwise the end", async () => {
  const peer = await impatient.connected("u", { answersPings: false });
  await eventually(() => expect(peer.pings).toBe(1));
  peer.sendRaw("{}");
  expect(await peer.call({ rpc: {} })).toHaveProperty("error");
  peer.sendRaw("{}");
  expect((await peer.closed).code).toBe(3501);
});

test("the flag of channel compaction is always sent by the SDK and never echoed", async () => {
  const peer = await gateway.connected();
  const reply = await peer.call({ subscribe: { channel: gateway.channel(), flag: 1 } });
  expect(reply["subscribe"]).toEqual({});
  await peer.close();
});

test("an epoch is never the SDK's sentinel and always there for a positioned subscription", async () => {
  const peer = await gateway.connected();
  const { subscribe } = await peer.call({ subscribe: { channel: gateway.channel("kept") } });
  expect((subscribe as { epoch: string }).epoch).toMatch(/^[0-9a-f]{12}$/);
  await peer.close();
});

test("pings come every interval on a busy connection too", async () => {
  const channel = impatient.channel();
  const peer = await impatient.connected();
  await peer.call({ subscribe: { channel } });
  while (peer.pings < 2) await peer.call({ publish: { channel, data: 1 } });
  expect(peer.pings).toBe(2);
  await peer.close();
});

test("whitespace and newlines between the tokens of a payload do not reach other clients' frames", async () => {
  const channel = gateway.channel();
  const peer = await gateway.connected();
  await peer.call({ subscribe: { channel } });
  peer.sendRaw(`{"id":9, "publish": {"channel":"${channel}",\t"data" : { "a" : 1 } } }\r`);
  expect(await peer.nextPush()).toMatchObject({ pub: { data: { a: 1 } } });
  // A ping may have come behind it.
  expect(peer.frames.findLast((frame) => frame.includes('"push"'))).toContain('"data":{"a":1}');
  await peer.close();
});

test("an rpc nobody answers is 108, not 104", async () => {
  const peer = await gateway.connected();
  expect(await peer.call({ rpc: { method: "x" } })).toMatchObject({ error: { code: 108 } });
  await peer.close();
});

test("a lost position is error 112 for those who ask for it, and recovered: false for the others", async () => {
  const channel = gateway.channel("kept");
  const peer = await gateway.connected();
  const lost = { channel, recover: true, offset: 7, epoch: "gone" };
  expect(await peer.call({ subscribe: { ...lost, flag: 3 } })).toMatchObject({ error: { code: 112 } });
  const { subscribe } = await peer.call({ subscribe: { ...lost, flag: 1 } });
  expect(subscribe).toMatchObject({ was_recovering: true });
  expect(subscribe).not.toHaveProperty("recovered");
  await peer.close();
});
