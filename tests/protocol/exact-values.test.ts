import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { exactJson } from "@switchyard/testkit/exact-json";
import { mintToken } from "@switchyard/testkit/mint-token";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

/** What a client publishes, and what a token says of it, comes out at the other clients as it went in: as text, digit by digit. */

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(() => gateway?.close());

test("published data is delivered, and kept in history, with the very digits and characters", async () => {
  const peer = await gateway.connected();
  const channel = gateway.channel("kept");
  await peer.call({ subscribe: { channel } });
  let id = 100;
  const samples = fc.sample(exactJson, { numRuns: 100, seed: 7 });
  expect(samples.filter((text) => JSON.stringify(JSON.parse(text)) !== text).length).toBeGreaterThan(30);
  for (const text of samples) {
    peer.sendRaw(`{"id":${++id},"publish":{"channel":"${channel}","data":${text}}}`);
    expect(await peer.reply(id)).toHaveProperty("publish");
    await peer.nextPush();
    expect(peer.frames.join("\n")).toContain(`"data":${text}`);
  }
  peer.sendRaw(`{"id":${++id},"history":{"channel":"${channel}","limit":5}}`);
  await peer.reply(id);
  const history = peer.frames.findLast((frame) => frame.includes('"history"'));
  for (const text of samples.slice(-5)) expect(history).toContain(`"data":${text}`);
  await peer.close();
});

test("of a key that stands twice the last one is delivered", async () => {
  const peer = await gateway.connected();
  const channel = gateway.channel();
  await peer.call({ subscribe: { channel } });
  peer.sendRaw(`{"id":9,"publish":{"channel":"${channel}","data":{"a":1,"a":9007199254740993}}}`);
  await peer.nextPush();
  // The reply to the publish may be behind it.
  expect(peer.frames.findLast((frame) => frame.includes('"push"'))).toContain('"data":{"a":9007199254740993}');
  await peer.close();
});

test.each([
  ["half a surrogate", '"\\ud800"', "half a surrogate pair"],
  ["half a surrogate in a key", '{"\\udfff":1}', "half a surrogate pair"],
  ["513 levels", "[".repeat(513) + "]".repeat(513), "512 levels"],
])("data with %s is refused with 107, and the connection goes on", async (_, data, problem) => {
  const peer = await gateway.connected();
  const channel = gateway.channel();
  await peer.call({ subscribe: { channel } });
  peer.sendRaw(`{"id":9,"publish":{"channel":"${channel}","data":${data}}}`);
  expect(await peer.reply(9)).toMatchObject({ error: { code: 107, message: expect.stringContaining(problem) } });
  peer.sendRaw(`{"id":10,"publish":{"channel":"${channel}","data":1}}`);
  expect(await peer.reply(10)).toHaveProperty("publish");
  await peer.close();
});

/** A token whose claims are this very text. */
function tokenOf(claimsJson: string): string {
  const encode = (text: string) => Buffer.from(text).toString("base64url");
  const signed = `${encode('{"alg":"HS256","typ":"JWT"}')}.${encode(claimsJson)}`;
  return `${signed}.${createHmac("sha256", gateway.secret).update(signed).digest("base64url")}`;
}

describe("what a token says of its bearer", () => {
  const exact = '{"id":9007199254740993,"price":1.50}';
  const base64 = Buffer.from(exact).toString("base64");
  const watched = "watched:exact";

  test.each([
    ["info", `"info":${exact}`],
    ["b64info", `"b64info":"${base64}"`],
  ])("is shown to others with the very digits (%s)", async (_, claim) => {
    const peer = await connectPeer(gateway.url);
    const subs = `"subs":{"kept:exact":{"data":${exact}}}`;
    peer.sendRaw(`{"id":1,"connect":{"token":"${tokenOf(`{"sub":"u",${claim},${subs}}`)}"}}`);
    await peer.reply(1);
    expect(peer.frames.join("\n")).toContain(`"data":${exact}`);
    const token = tokenOf(`{"sub":"u","channel":"${watched}",${claim}}`);
    peer.sendRaw(`{"id":2,"subscribe":{"channel":"${watched}","token":"${token}"}}`);
    await peer.reply(2);
    peer.sendRaw(`{"id":3,"presence":{"channel":"${watched}"}}`);
    await peer.reply(3);
    expect(peer.frames.join("\n")).toContain(`"conn_info":${exact},"chan_info":${exact}`);
    await peer.close();
  });

  test.each([
    ["half a surrogate", '"info":"\\ud800"'],
    ["half a surrogate in base64", `"b64info":"${Buffer.from('"\\ud800"').toString("base64")}"`],
    ["base64 of no UTF-8", `"b64info":"${Buffer.from([0x22, 0xff, 0x22]).toString("base64")}"`],
    ["513 levels", `"info":${"[".repeat(513)}${"]".repeat(513)}`],
  ])("is refused with %s", async (_, claim) => {
    const peer = await connectPeer(gateway.url);
    peer.sendRaw(`{"id":1,"connect":{"token":"${tokenOf(`{"sub":"u",${claim}}`)}"}}`);
    expect((await peer.closed).code).toBe(3500);
  });
});

test("the good token those are made from is good", async () => {
  const peer = await connectPeer(gateway.url);
  expect(await peer.call({ connect: { token: tokenOf('{"sub":"u","info":1}') } })).toHaveProperty("connect");
  expect(await peer.call({ refresh: { token: mintToken(gateway.secret, { sub: "u" }) } })).toHaveProperty("refresh");
  await peer.close();
});
