import { delimitProtobuf } from "@switchyard/protocol/protobuf/delimit";
import { protobufSdk } from "@switchyard/protocol/testing/sdk-codecs";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";

/** Clients that only listen, in Protobuf. What they read is read by the SDK's decoder. */

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({
    gateways: 1,
    workers: 0,
    settings: { channel: { namespaces: [{ name: "news" }] }, client: { ping_interval: "1s", pong_timeout: "700ms" } },
  });
});
afterAll(() => hub?.close());

interface Push {
  readonly channel?: string;
  /** The SDK has null for what is not there. */
  readonly pub?: { readonly data: Uint8Array } | null;
  readonly connect?: { readonly client: string; readonly subs: object };
  readonly disconnect?: { readonly code: number; readonly reason: string };
}

/** Messages behind their lengths, put together again from whatever pieces they come in. */
class PushReader {
  readonly pushes: Push[] = [];
  #rest = Buffer.of();

  take(piece: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, piece]);
    for (;;) {
      const end = this.#rest.findIndex((byte) => byte < 0x80) + 1;
      if (end === 0) return;
      const length = this.#rest.subarray(0, end).reduce((sum, byte, at) => sum + ((byte & 0x7f) << (7 * at)), 0);
      if (this.#rest.length < end + length) return;
      // A bare push is what a reply holds in its field 4.
      const reply = Buffer.concat([Buffer.of(0x22), delimitProtobuf(this.#rest.subarray(end, end + length))]);
      const [decoded] = protobufSdk().decodeReplies(delimitProtobuf(reply));
      this.pushes.push(decoded?.["push"] as Push);
      this.#rest = this.#rest.subarray(end + length);
    }
  }
}

const url = (path: string, query: string) => `${hub.gateways[0]?.url}/connection/${path}${query}`;
/** `ConnectRequest`: the token is its field 1. */
const request = (token: string) => Buffer.concat([Buffer.of(0x0a), delimitProtobuf(Buffer.from(token))]);
const published = ({ pushes }: PushReader) =>
  pushes.flatMap(({ channel, pub }) => (pub ? [[channel, Buffer.from(pub.data).toString()]] : []));

async function openStream(query: string, contentType: string, body: Uint8Array<ArrayBuffer> | string) {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const headers = { "content-type": contentType };
  const response = await fetch(url("uni_http_stream", query), { method: "POST", headers, body, signal: gone.signal });
  const reader = new PushReader();
  const ended = (async () => {
    for await (const piece of response.body ?? []) reader.take(piece as Uint8Array);
  })().catch(() => undefined);
  return { response, reader, ended };
}

function openSocket(query: string, said?: Uint8Array, protocols: string[] = []) {
  const socket = new WebSocket(url("uni_websocket", query).replace("http:", "ws:"), protocols);
  const reader = new PushReader();
  socket.on("message", (piece: Buffer, isBinary) => (isBinary ? reader.take(piece) : socket.terminate()));
  if (said !== undefined) socket.once("open", () => socket.send(said));
  onTestFinished(() => socket.terminate());
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  return { reader, closed };
}

const token = (user: string) => hub.token(user, { channels: ["news:a"] });
async function expectToHear(reader: PushReader): Promise<void> {
  await eventually(() => expect(reader.pushes[0]?.connect?.subs).toHaveProperty("news:a"));
  await hub.post("/api/publish", { channel: "news:a", data: { n: 1 } });
  await eventually(() => expect(published(reader)).toEqual([["news:a", '{"n":1}']]));
  // A ping is an empty message, and nobody answers it.
  await eventually(() => expect(reader.pushes.filter(({ channel, connect }) => !channel && !connect)).not.toEqual([]));
}

test("a stream is Protobuf where its request is, and tells last why it ends", async () => {
  const { response, reader, ended } = await openStream("", "application/octet-stream", request(token("stream")));
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  await expectToHear(reader);
  await hub.post("/api/disconnect", { user: "stream" });
  await ended;
  expect(reader.pushes.at(-1)?.disconnect).toMatchObject({ code: 3503, reason: "force disconnect" });
});

test.each(["?format=protobuf", "?cf_protocol=protobuf"])("%s asks for it with a request in JSON", async (query) => {
  const { reader } = await openStream(query, "application/json", JSON.stringify({ token: token("asks") }));
  await expectToHear(reader);
});

test("a stream of Protobuf refuses as one of JSON does, by a status", async () => {
  const answers = [request("not.a.token"), Buffer.from([0xff, 0xff])].map(async (body) => {
    const { response } = await openStream("", "application/octet-stream", body);
    return response.status;
  });
  expect(await Promise.all(answers)).toEqual([401, 400]);
});

test.each([
  ["?format=protobuf", []],
  ["?cf_protocol=protobuf", []],
  ["", ["centrifuge-protobuf"]],
])("a WebSocket with %s %j is spoken to in binary frames of Protobuf", async (query, protocols) => {
  const { reader, closed } = openSocket(query, request(token("socket")), protocols);
  await expectToHear(reader);
  await hub.post("/api/disconnect", { user: "socket" });
  expect(await closed).toBe(3503);
  expect(reader.pushes.at(-1)?.disconnect).toMatchObject({ code: 3503 });
});

test("what stands in an address is JSON, whatever comes back", async () => {
  const connect = encodeURIComponent(JSON.stringify({ token: token("address") }));
  await expectToHear(openSocket(`?format=protobuf&cf_connect=${connect}`).reader);
});

test("a first message that is no request ends a WebSocket with the code for it", async () => {
  const { reader, closed } = openSocket("?format=protobuf", Buffer.from([0xff, 0xff]));
  expect(await closed).toBe(3501);
  expect(reader.pushes.map(({ disconnect }) => disconnect?.code)).toEqual([3501]);
});
