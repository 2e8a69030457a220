import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { dialects, type DialectName } from "./dialect.ts";
import { Subscriber } from "./subscriber.ts";
import { Tally } from "./tally.ts";

const answerInLines = '{"id":1,"connect":{}}\n{"id":2,"subscribe":{}}';
const answerBehindLength = Buffer.from([4, 0x08, 2, 0x2a, 0]);

test.each<[DialectName, string, string | Buffer]>([
  ["centrifuge", "behind the answer", `${answerInLines}\n{}`],
  ["centrifuge", "between two answers", answerInLines.replace("\n", "\n{}\n")],
  ["centrifugeProtobuf", "behind the answer", Buffer.concat([answerBehindLength, Buffer.of(0)])],
])("%s answers a ping that stands in one frame %s", async (name, _, frame) => {
  const dialect = dialects[name];
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const pong = Promise.withResolvers<Buffer>();
  server.on("connection", (webSocket) => {
    webSocket.once("message", () => {
      webSocket.once("message", (data: Buffer) => pong.resolve(data));
      webSocket.send(frame);
    });
  });
  await once(server, "listening");
  const subscriber = new Subscriber({
    port: (server.address() as AddressInfo).port,
    channel: "bench",
    dialect,
    tally: new Tally(),
    readBuffer: Buffer.allocUnsafeSlow(1_024),
    onClosed: () => undefined,
  });
  try {
    await subscriber.subscribed;
    expect((await pong.promise).toString()).toBe(dialect.pong);
  } finally {
    for (const webSocket of server.clients) webSocket.terminate();
    server.close();
  }
});
