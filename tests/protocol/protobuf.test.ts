import { once } from "node:events";
import { delimitProtobuf } from "@switchyard/protocol/protobuf/delimit";
import { mintToken } from "@switchyard/testkit/mint-token";
import { Centrifuge, type Subscription } from "centrifuge/build/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

const open = { allow_subscribe_for_client: true, allow_publish_for_client: true, allow_history_for_client: true };
const namespaces = [
  { name: "plain", ...open, history_size: 10, history_ttl: "60s" },
  { name: "bytes", ...open, publication_data_format: "binary" },
  { name: "objects", ...open, publication_data_format: "json_object" },
];
let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway({ SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces) });
});
afterAll(() => gateway?.close());

class OneFramePerTurn extends WebSocket {
  constructor(url: string, protocols: string | string[]) {
    super(url, protocols, { allowSynchronousEvents: false });
  }
}

/** The SDK's Protobuf build, for which data is bytes. */
async function connectSdk(): Promise<Centrifuge> {
  const token = mintToken(gateway.secret, { sub: "binary" });
  const sdk = new Centrifuge(gateway.url, { websocket: OneFramePerTurn, token });
  sdk.connect();
  await sdk.ready(5_000);
  return sdk;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: unknown) => new TextDecoder().decode(bytes as Uint8Array);

/** What comes through a channel, from when this resolves. */
async function listen(sdk: Centrifuge, channel: string): Promise<{ subscription: Subscription; heard: Uint8Array[] }> {
  const heard: Uint8Array[] = [];
  const subscription = sdk.newSubscription(channel);
  subscription.on("publication", ({ data }) => void heard.push(data as Uint8Array));
  subscription.subscribe();
  await subscription.ready(5_000);
  return { subscription, heard };
}

describe("a channel of both encodings", () => {
  test("hands a subscriber of Protobuf the bytes a publisher of JSON sent, and the other way around", async () => {
    const [sdk, peer] = await Promise.all([connectSdk(), gateway.connected()]);
    await peer.call({ subscribe: { channel: "plain:both" } });
    const { subscription, heard } = await listen(sdk, "plain:both");

    const json = '{"id":9007199254740993,"price":1.10,"text":"привет"}';
    peer.sendRaw(`{"id":50,"publish":{"channel":"plain:both","data":${json}}}`);
    await expect.poll(() => heard.map(textOf)).toEqual([json]);

    await subscription.publish(bytesOf('{"spaced": [1,\n 2]}'));
    await expect.poll(() => peer.frames.at(-1)).toContain('"data":{"spaced": [1, 2]},"info":{"user":"binary"');
    const { publications } = await subscription.history({ limit: 10 });
    expect(publications.map(({ data }) => textOf(data))).toEqual([json, '{"spaced": [1, 2]}']);
    sdk.disconnect();
    await peer.close();
  });

  test("takes bytes that are not JSON where it is binary, and only there", async () => {
    const [sdk, peer] = await Promise.all([connectSdk(), gateway.connected()]);
    await peer.call({ subscribe: { channel: "bytes:x" } });
    const { heard } = await listen(sdk, "bytes:x");

    const bytes = Uint8Array.of(0, 0xff, 0x0a, 0x7b);
    await sdk.publish("bytes:x", bytes);
    await expect.poll(() => heard.map((each) => [...each])).toEqual([[...bytes]]);
    expect(await peer.nextPush()).toMatchObject({ pub: { data: Buffer.from(bytes).toString("base64"), b64: true } });

    await expect(sdk.publish("plain:x", bytes)).rejects.toMatchObject({ code: 107 });
    await expect(sdk.publish("objects:x", bytesOf("[1]"))).rejects.toMatchObject({ code: 107 });
    await sdk.publish("objects:x", bytesOf(' {"a":1}'));
    sdk.disconnect();
    await peer.close();
  });
});

describe("what a line speaks is agreed when it opens", () => {
  /** A command that is answered with 108, `{"id":2,"rpc":{}}`, behind one that connects. */
  const commands = () => {
    const token = Buffer.from(mintToken(gateway.secret, { sub: "u" }));
    const connect = Buffer.concat([Buffer.of(0x0a), delimitProtobuf(token)]);
    const first = Buffer.concat([Buffer.of(0x08, 1, 0x22), delimitProtobuf(connect)]);
    return Buffer.concat([first, Buffer.of(0x08, 2, 0x6a, 0)].map(delimitProtobuf));
  };

  /** What comes back first for commands in Protobuf. */
  async function firstAnswer(query: string, subprotocols: string[], isText = false) {
    const socket = new WebSocket(gateway.url + query, subprotocols);
    await once(socket, "open");
    socket.send(commands(), { binary: !isText });
    const answer = once(socket, "message").then(([data, isBinary]) => ({
      data: data as Buffer,
      isBinary: isBinary as boolean,
    }));
    const closed = once(socket, "close").then(([code]) => ({ code: code as number }));
    const first = await Promise.race([answer, closed]);
    const { protocol } = socket;
    socket.terminate();
    return { ...first, protocol };
  }

  test.each([
    ["", ["centrifuge-protobuf"], "centrifuge-protobuf"],
    ["", ["mqtt", "centrifuge-protobuf", "centrifuge-json"], "centrifuge-protobuf"],
    ["?format=protobuf", [], ""],
    ["?a=b&cf_protocol=protobuf", [], ""],
    ["?format=protobuf", ["centrifuge-json"], "centrifuge-json"],
  ])("Protobuf by %s %j", async (query, subprotocols, protocol) => {
    const answer = await firstAnswer(query, subprotocols);
    expect(answer).toMatchObject({ isBinary: true, protocol });
  });

  test.each([
    ["", []],
    ["", ["centrifuge-json", "centrifuge-protobuf"]],
    ["?format=json", []],
    ["?format=protobuf2", []],
  ])("JSON by %s %j", async (query, subprotocols) => {
    expect(await firstAnswer(query, subprotocols)).toMatchObject({ code: 3501 });
  });

  test("Protobuf in a text frame is taken where its bytes are text, and answered in binary", async () => {
    expect(await firstAnswer("?format=protobuf", [], true)).toMatchObject({ isBinary: true });
  });

  test("messages of one turn share a frame, each behind its length", async () => {
    const answer = await firstAnswer("?format=protobuf", []);
    const { data } = answer as { data: Buffer };
    const ids: number[] = [];
    for (let at = 0; at < data.length;) {
      const isLong = (data[at] as number) > 127;
      const length = isLong ? ((data[at] as number) & 127) | ((data[at + 1] as number) << 7) : (data[at] as number);
      at += isLong ? 2 : 1;
      ids.push(data[at + 1] as number);
      at += length;
    }
    expect(ids).toEqual([1, 2]);
  });
});
