import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

/** What a client gets, and not more. By one gateway for all, but where a test has bounds of its own. */
let gateway: ProtocolGateway;
let common: ProtocolGateway;
beforeAll(async () => {
  common = await startProtocolGateway({
    SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces),
    SWITCHYARD_CLIENT_HISTORY_MAX_PUBLICATION_LIMIT: "2",
  });
});
beforeEach(() => void (gateway = common));
afterEach(async () => {
  if (gateway !== common) await gateway.close();
});
afterAll(() => common?.close());

const kept = {
  allow_subscribe_for_client: true,
  allow_publish_for_subscriber: true,
  history_size: 9,
  history_ttl: "60s",
};
const namespaces = [
  { name: "open", allow_subscribe_for_client: true, allow_publish_for_subscriber: true },
  { name: "plain", ...kept },
  { name: "read", ...kept, allow_history_for_subscriber: true },
  { name: "newest", ...kept, history_size: 1, force_recovery: true, force_recovery_mode: "cache" },
];

async function connect(token?: string) {
  const peer = await connectPeer(gateway.url);
  peer.send({ id: 1, connect: token === undefined ? {} : { token } });
  return { peer, outcome: await Promise.race([peer.reply(1), peer.closed]) };
}

test("a node takes so many connections and no more", async () => {
  gateway = await startProtocolGateway({ SWITCHYARD_CLIENT_CONNECTION_LIMIT: "2" });
  await Promise.all([gateway.connected("a"), gateway.connected("b")]);
  expect((await connect(mintToken(gateway.secret, { sub: "c" }))).outcome).toMatchObject({ code: 3504 });
});

test("the bound on one user's connections is not for those without a user", async () => {
  gateway = await startProtocolGateway({
    SWITCHYARD_CLIENT_USER_CONNECTION_LIMIT: "1",
    SWITCHYARD_CLIENT_ALLOW_ANONYMOUS_CONNECT_WITHOUT_TOKEN: "true",
  });
  for (let count = 0; count < 3; count++) expect((await connect()).outcome).toHaveProperty("connect");
});

test("a token opens no more channels than a connection may have", async () => {
  const token = (count: number) =>
    mintToken(gateway.secret, { sub: "u", channels: Array.from({ length: count }, (_, index) => `open:${index}`) });
  // The user's own channel is one of the three.
  expect((await connect(token(2))).outcome).toHaveProperty("connect");
  expect((await connect(token(3))).outcome).toHaveProperty("code");
});

test("a connection has so many channels and no more", async () => {
  const peer = await gateway.connected();
  for (const channel of ["open:1", "open:2"])
    expect(await peer.call({ subscribe: { channel } })).toHaveProperty("subscribe");
  expect(await peer.call({ subscribe: { channel: "open:3" } })).toMatchObject({ error: { code: 106 } });
});

test("who has unsubscribed hears nothing more", async () => {
  const [leaver, speaker] = [await gateway.connected("leaver"), await gateway.connected("speaker")];
  for (const peer of [leaver, speaker]) await peer.call({ subscribe: { channel: "open:x" } });
  await leaver.call({ unsubscribe: { channel: "open:x" } });
  await speaker.call({ publish: { channel: "open:x", data: "said afterwards" } });
  await leaver.call({ rpc: {} });
  expect(leaver.frames.join("\n")).not.toContain("said afterwards");
});

describe("with a history", () => {
  test("a channel is recoverable and positioned only where its namespace allows it", async () => {
    const peer = await gateway.connected();
    const reply = await peer.call({ subscribe: { channel: "plain:x", recoverable: true, positioned: true } });
    expect(reply["subscribe"]).toEqual({});
  });

  test("a late subscriber is handed the newest publication only where that is set", async () => {
    const [first, late] = [await gateway.connected("first"), await gateway.connected("late")];
    await first.call({ subscribe: { channel: "newest:x" } });
    await first.call({ publish: { channel: "newest:x", data: 1 } });
    expect(await late.call({ subscribe: { channel: "newest:x" } })).not.toHaveProperty("subscribe.publications");
  });

  test("who would rather be refused than lose something is refused", async () => {
    const peer = await gateway.connected();
    const subscribe = { channel: "newest:y", recover: true, offset: 7, epoch: "gone", flag: 2 };
    expect(await peer.call({ subscribe })).toMatchObject({ error: { code: 112 } });
    expect(await peer.call({ subscribe: { channel: "newest:y" } })).toHaveProperty("subscribe");
  });

  test("a page of it is bounded, read backwards from a position, and an offset no stream can have is refused", async () => {
    const peer = await gateway.connected();
    await peer.call({ subscribe: { channel: "read:x" } });
    for (let data = 1; data <= 4; data++) await peer.call({ publish: { channel: "read:x", data } });
    const read = (history: object) => peer.call({ history: { channel: "read:x", limit: 9, ...history } });
    const offsets = (reply: object) =>
      (reply as { history: { publications: { offset: number }[] } }).history.publications.map(({ offset }) => offset);
    const all = (await read({})) as { history: { epoch: string } };
    expect(offsets(all)).toEqual([1, 2]);
    const since = { offset: 3, epoch: all.history.epoch };
    expect(offsets(await read({ since, reverse: true }))).toEqual([2, 1]);
    expect(await read({ since: { ...since, offset: 2 ** 60 } })).toMatchObject({
      error: { code: 107, message: expect.stringContaining("since.offset") },
    });
  });
});

test("a message without an answer has none over the rate either", async () => {
  gateway = await startProtocolGateway({
    SWITCHYARD_CLIENT_COMMAND_RATE_LIMIT: "1",
    SWITCHYARD_CLIENT_COMMAND_BURST_LIMIT: "3",
  });
  const peer = await gateway.connected();
  for (let count = 0; count < 3; count++) await peer.call({ rpc: {} });
  peer.send({ send: { data: 1 } });
  expect(await peer.call({ rpc: {} })).toMatchObject({ error: { code: 111 } });
  expect(peer.frames.join("\n")).not.toContain('"id":0');
});
