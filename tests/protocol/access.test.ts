import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(() => gateway?.close());

describe("who may connect", () => {
  test("no token is error 101, and what follows on that connection is 3501", async () => {
    const peer = await connectPeer(gateway.url);
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
    const peer = await connectPeer(gateway.url);
    peer.send({ id: 1, connect: { token: token() } });
    expect(await peer.closed).toEqual({ code: 3500, reason: "invalid token" });
  });

  test("an expired token is error 109, on which the SDK fetches another", async () => {
    const peer = await connectPeer(gateway.url);
    const token = mintToken(gateway.secret, { sub: "u", exp: Math.floor(Date.now() / 1_000) - 60 });
    expect(await peer.call({ connect: { token } })).toMatchObject({ error: { code: 109 } });
    peer.terminate();
  });

  test("a token that expires says when, and a new one of the same user prolongs", async () => {
    const peer = await connectPeer(gateway.url);
    const exp = (seconds: number) => ({ sub: "u", exp: Math.floor(Date.now() / 1_000) + seconds });
    const reply = await peer.call({ connect: { token: mintToken(gateway.secret, exp(60)) } });
    expect(reply).toMatchObject({ connect: { expires: true, ttl: expect.closeTo(60, -1) } });
    expect(await peer.call({ refresh: { token: mintToken(gateway.secret, exp(600)) } })).toMatchObject({
      refresh: { expires: true, ttl: expect.closeTo(600, -1) },
    });
    peer.send({ id: 9, refresh: { token: mintToken(gateway.secret, { ...exp(600), sub: "somebody else" }) } });
    expect((await peer.closed).code).toBe(3500);
  });

  test("a subscription token opens its channel to its user only", async () => {
    const peer = await gateway.connected();
    const token = (claims: object) => mintToken(gateway.secret, { sub: "u", channel: "closed:vip", ...claims });
    expect(await peer.call({ subscribe: { channel: "closed:vip", token: token({ sub: "v" }) } })).toMatchObject({
      error: { code: 103 },
    });
    expect(await peer.call({ subscribe: { channel: "closed:vip", token: token({}) } })).toHaveProperty("subscribe");
    peer.send({ id: 9, subscribe: { channel: "closed:other", token: token({}) } });
    expect((await peer.closed).code).toBe(3500);
  });

  test("a page of an origin that is not listed is refused before the upgrade", async () => {
    await expect(connectPeer(gateway.url, { origin: "https://evil.example" })).rejects.toThrow("403");
    await expect(connectPeer(gateway.url.replace("websocket", "elsewhere"))).rejects.toThrow("404");
  });
});
