import { eventually } from "@switchyard/testkit/eventually";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { impatience, startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(() => gateway?.close());

describe("commands", () => {
  test("several in one frame are answered each, subscribe behind an asynchronous connect included", async () => {
    const peer = await connectPeer(gateway.url);
    const name = gateway.channel();
    peer.send(
      { id: 1, connect: { token: mintToken(gateway.secret, { sub: "u" }) } },
      { id: 2, subscribe: { channel: name, flag: 1 } },
      { id: 4_294_967_295, publish: { channel: name, data: { text: "hi" } } },
    );
    expect(await peer.reply(1)).toMatchObject({ connect: { pong: true, ping: 25 } });
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
    const peer = await gateway.connected();
    await peer.call({ subscribe: { channel: "open:twice" } });
    expect(await peer.call(command())).toMatchObject({ error: { code } });
    expect(await peer.call({ unsubscribe: { channel: "open:never" } })).toHaveProperty("unsubscribe", {});
    await peer.close();
  });

  test("one channel more than the limit is 106, the user's own channel counted", async () => {
    const peer = await gateway.connected();
    for (let free = 2; free > 0; free--) {
      expect(await peer.call({ subscribe: { channel: gateway.channel() } })).toHaveProperty("subscribe");
    }
    expect(await peer.call({ subscribe: { channel: gateway.channel() } })).toMatchObject({
      error: { code: 106, message: expect.stringContaining("3 channels") },
    });
    await peer.close();
  });

  test("a message nobody takes ends the connection with 3508", async () => {
    const peer = await gateway.connected();
    peer.sendRaw('{"send":{"data":1}}');
    expect((await peer.closed).code).toBe(3508);
  });
});

describe("liveness", () => {
  let impatient: ProtocolGateway;
  beforeAll(async () => {
    impatient = await startProtocolGateway(impatience);
  });
  afterAll(() => impatient?.close());

  test("a client that never connects is closed with 3502", async () => {
    const peer = await connectPeer(impatient.url);
    expect((await peer.closed).code).toBe(3502);
  });

  test("a client that does not answer a ping is closed with 3012, one that does stays", async () => {
    const silent = await impatient.connected("u", { answersPings: false });
    const lively = await impatient.connected();
    expect((await silent.closed).code).toBe(3012);
    expect(await lively.call({ rpc: {} })).toMatchObject({ error: { code: 108 } });
    await lively.close();
  });
});

test.each([0, 1, 125, 126, 65_000])(
  "a message of %d bytes arrives whole, and so does Chinese text of that length",
  async (size) => {
    const name = gateway.channel();
    const peer = await gateway.connected();
    await peer.call({ subscribe: { channel: name } });
    for (const data of ["x".repeat(size), "漢".repeat(Math.min(size, 5_000))]) {
      expect(await peer.call({ publish: { channel: name, data } })).toHaveProperty("publish");
      expect(await peer.nextPush()).toMatchObject({ pub: { data } });
    }
    await peer.close();
  },
);

test("a conflated channel sends the newest value only, the first one at once", async () => {
  const name = gateway.channel("price");
  const peer = await gateway.connected();
  await peer.call({ subscribe: { channel: name } });
  peer.send(
    ...Array.from({ length: 50 }, (_, index) => ({ id: 100 + index, publish: { channel: name, data: index + 1 } })),
  );
  await eventually(() => expect(peer.pushes.at(-1)).toMatchObject({ pub: { data: 50 } }));
  expect(peer.pushes[0]).toMatchObject({ pub: { data: 1 } });
  expect(peer.pushes.length).toBeLessThan(10);
  await peer.close();
});
