import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
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

  test("a subscription token connects nobody, and a connection token opens no channel", async () => {
    const stranger = await connectPeer(gateway.url);
    stranger.send({ id: 1, connect: { token: mintToken(gateway.secret, { sub: "u", channel: "closed:vip" }) } });
    expect(await stranger.closed).toEqual({ code: 3500, reason: "invalid token" });

    const peer = await gateway.connected();
    const ofConnection = mintToken(gateway.secret, { sub: "u" });
    expect(await peer.call({ subscribe: { channel: "closed:vip", token: ofConnection } })).toMatchObject({
      error: { code: 103 },
    });
    peer.send({ id: 9, refresh: { token: mintToken(gateway.secret, { sub: "u", channel: "closed:vip" }) } });
    expect((await peer.closed).code).toBe(3500);
  });

  test.each([
    ["a connection token", {}],
    ["a token of another channel", { channel: "closed:other" }],
    ["a token of another user", { channel: "closed:vip", sub: "v" }],
    ["a token of another connection", { channel: "closed:vip", client: "00000000-0000-4000-8000-000000000000" }],
  ])("a subscription is not prolonged by %s", async (_, claims) => {
    const peer = await gateway.connected();
    const token = mintToken(gateway.secret, { sub: "u", channel: "closed:vip" });
    expect(await peer.call({ subscribe: { channel: "closed:vip", token } })).toHaveProperty("subscribe");
    peer.send({
      id: 9,
      sub_refresh: { channel: "closed:vip", token: mintToken(gateway.secret, { sub: "u", ...claims }) },
    });
    expect((await peer.closed).code).toBe(3500);
  });

  test("a token that names a connection is good on that one only", async () => {
    const peer = await connectPeer(gateway.url);
    const reply = await peer.call({ connect: { token: mintToken(gateway.secret, { sub: "u" }) } });
    const { client } = reply["connect"] as { client: string };
    const token = (of: string) => mintToken(gateway.secret, { sub: "u", channel: "closed:vip", client: of });
    const subscribe = (of: string) => peer.call({ subscribe: { channel: "closed:vip", token: token(of) } });
    expect(await subscribe(`${client}0`)).toMatchObject({ error: { code: 103 } });
    expect(await subscribe(client)).toHaveProperty("subscribe");
    await peer.close();
  });

  test("a page of an origin that is not listed is refused before the upgrade", async () => {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(connectPeer(gateway.url, { origin: "https://evil.example" })).rejects.toThrow("403");
    }
    const told = () => gateway.log.filter((line) => line.includes("https://evil.example"));
    const once = [expect.stringContaining("client.allowed_origins (SWITCHYARD_CLIENT_ALLOWED_ORIGINS)")];
    await eventually(() => expect(told()).toEqual(once));
    await expect(connectPeer(gateway.url.replace("websocket", "elsewhere"))).rejects.toThrow("404");
  });
});
