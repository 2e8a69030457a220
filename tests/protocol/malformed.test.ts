import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(() => gateway?.close());

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
    const peer = await connectPeer(gateway.url);
    peer.sendRaw(frame);
    expect(await peer.closed).toEqual({ code: 3501, reason: "bad request" });
    await gateway.checkHealth();
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
    const peer = await gateway.connected();
    peer.sendRaw(frame);
    expect(await peer.closed).toEqual({ code: 3501, reason: "bad request" });
    await gateway.checkHealth();
  });

  test("a frame over the limit ends the connection with 1009, at the limit it is answered", async () => {
    const frame = (bytes: number) => {
      const empty = JSON.stringify({ id: 2, rpc: { data: "" } });
      return empty.replace('""', `"${"x".repeat(bytes - empty.length)}"`);
    };
    const peer = await gateway.connected();
    peer.sendRaw(frame(65_536));
    expect(await peer.reply(2)).toMatchObject({ error: { code: 108 } });
    peer.sendRaw(frame(65_537));
    expect((await peer.closed).code).toBe(1009);
    await gateway.checkHealth();
  });

  test("JSON in a binary frame is JSON, and is answered in text", async () => {
    const peer = await gateway.connected();
    peer.sendRaw(Buffer.from('{"id":7,"rpc":{}}'));
    expect(await peer.reply(7)).toMatchObject({ error: { code: 108 } });
    peer.sendRaw(Buffer.from([0x7b, 0xff, 0x7d]));
    expect((await peer.closed).code).toBe(3501);
  });

  test("data nested 20 000 levels deep is refused and the process lives on", async () => {
    const peer = await gateway.connected();
    const name = gateway.channel();
    await peer.call({ subscribe: { channel: name } });
    const depth = 20_000;
    peer.sendRaw(`{"id":9,"publish":{"channel":"${name}","data":${"[".repeat(depth)}${"]".repeat(depth)}}}`);
    expect(await peer.reply(9)).toMatchObject({ error: { code: 107 } });
    await gateway.checkHealth();
  });
});
