import { connect } from "node:net";
import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import { encodeFrame } from "@switchyard/testkit/raw-websocket";
import type { Door, Scene } from "../door.ts";

/** Bytes at the gateway's port: upgrades that are no upgrades, and after a right one frames that are no frames. */
export const socketBytes: Door = {
  name: "socket bytes",
  share: 4,
  attackers: 8,
  async attack(scene, quota) {
    for (let done = 0; done < quota && !scene.hub.isOver; done++) await sendBytes(scene);
  },
};

const answerMs = 30_000;

function upgrade(random: () => number): string {
  const lines = [
    `GET ${pick(["/connection/websocket", "/connection/websocket?x=%00", "/", "//", "/metrics", "*"], random)} HTTP/1.1`,
    "Host: x",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${pick(["AAAAAAAAAAAAAAAAAAAAAA==", "", "A", "A".repeat(500)], random)}`,
    `Sec-WebSocket-Version: ${pick(["13", "8", "", "13, 8", "9".repeat(300)], random)}`,
    ...(random() < 0.3 ? [`Origin: ${pick(["null", "http://x", "\u00ff", "http://localhost"], random)}`] : []),
    ...(random() < 0.3
      ? [`Sec-WebSocket-Protocol: ${pick(["centrifuge-json", "centrifuge-protobuf", ",,,"], random)}`]
      : []),
    ...(random() < 0.3 ? [`Sec-WebSocket-Extensions: ${pick(extensions, random)}`] : []),
    ...(random() < 0.2 ? [`X-Forwarded-For: ${pick(["::1", "a", "1.1.1.1,".repeat(99)], random)}`] : []),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

const extensions = [
  "permessage-deflate; client_max_window_bits=99",
  "permessage-deflate; server_max_window_bits=8",
  "permessage-deflate; a=1; a=2",
  "permessage-deflate,,",
  "permessage-deflate",
];
const rightUpgrade =
  "GET /connection/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n";
/** Frames with the bit 4 are taken for compressed then. */
const deflates = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

/** One connection, closed from our side right behind what was sent; the server must end its own. */
async function sendBytes({ hub, random, tally }: Scene): Promise<void> {
  const right = `${rightUpgrade}${random() < 0.5 ? deflates : ""}\r\n`;
  const head = Buffer.from(random() < 0.4 ? right : upgrade(random));
  const frames = Array.from({ length: 1 + Math.floor(random() * 4) }, () => frame(random));
  const isMutated = random() < 0.4;
  const socket = connect({ port: hub.gateways[0]?.port ?? 0, host: "127.0.0.1" });
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve("closed")));
  let status = "no answer";
  socket.on("error", () => undefined);
  socket.once("data", (chunk: Buffer) => (status = chunk.toString("latin1", 9, 12)));
  socket.resume();
  socket.end(Buffer.concat([isMutated ? mutateBytes(head, random) : head, ...frames]));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => (timer = setTimeout(resolve, answerMs, "late")));
  if ((await Promise.race([closed, late])) === "late")
    tally.fault(`a connection that was ended is held for ${answerMs} ms`);
  clearTimeout(timer);
  socket.destroy();
  // A mutated version of HTTP is one that is not supported, and that is what 505 says.
  if (status.startsWith("5") && status !== "505")
    tally.fault(`the gateway answered ${status} to ${JSON.stringify(head.toString("latin1"))}`);
  tally.add(status);
}

function frame(random: () => number): Buffer {
  const right = encodeFrame('{"id":1,"connect":{}}', {
    opcode: Math.floor(random() * 16),
    reserved: random() < 0.8 ? 0 : Math.floor(random() * 8),
    isFinal: random() < 0.8,
    isMasked: random() < 0.9,
  });
  return random() < 0.5 ? mutateBytes(right, random) : random() < 0.5 ? right : randomBytes(200, random);
}
