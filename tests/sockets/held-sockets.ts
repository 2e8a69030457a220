import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { encodeFrame } from "@switchyard/testkit/raw-websocket";

/** What a peer says before it says nothing more, neither closing its socket nor answering what it is told. */
export interface HeldSocket {
  readonly name: string;
  readonly sends: string | Buffer;
  /** Sent when the server has answered `sends`. */
  readonly afterwards?: Buffer;
  /** Reads nothing once it has sent everything. */
  readonly isDeaf?: boolean;
  /** Ends its own side (FIN) and goes on holding. */
  readonly isHalfClosed?: boolean;
}

const crlf = "\r\n";
const get = (path: string) => `GET ${path} HTTP/1.1${crlf}Host: x${crlf}`;
const upgrade = (path = "/connection/websocket", headers: Readonly<Record<string, string>> = {}) =>
  get(path) +
  Object.entries({
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version": "13",
    ...headers,
  })
    .map(([name, value]) => `${name}: ${value}${crlf}`)
    .join("") +
  crlf;

/** The beginning of a TLS handshake: what comes when somebody takes `https:` for a port that speaks HTTP. */
const clientHello = Buffer.from(`16030100${"c8"}010000c4${"0303"}${"5a".repeat(196)}`, "hex");

/** What any HTTP server of ours may meet. */
export const heldRequests: readonly HeldSocket[] = [
  { name: "says nothing", sends: "" },
  { name: "says nothing and ends its side", sends: "", isHalfClosed: true },
  { name: "half a request line", sends: "GET /liv" },
  { name: "half a header block", sends: get("/livez") },
  { name: "half a header block, its side ended", sends: get("/livez"), isHalfClosed: true },
  { name: "TLS", sends: clientHello },
  { name: "TLS, its side ended", sends: clientHello, isHalfClosed: true },
  { name: "keep-alive after an answer", sends: get("/livez") + crlf },
  { name: "keep-alive after an answer, half a second request", sends: `${get("/livez")}${crlf}GET /liv` },
  { name: "an answer, its side ended", sends: get("/livez") + crlf, isHalfClosed: true },
  { name: "an unknown path", sends: get("/nothing") + crlf },
  { name: "a body that does not come", sends: `${get("/nothing")}Content-Length: 100${crlf}${crlf}` },
];

/** More than the kernel takes for a peer that does not read, some 4 MB. Each answer costs the server milliseconds, so: few of these. */
export const unreadAnswers: HeldSocket = {
  name: "does not read its answers",
  sends: (get("/metrics") + crlf).repeat(400),
  isDeaf: true,
};

const closed = encodeFrame(Buffer.from([0x03, 0xe8]), { opcode: 8 });
const broken = encodeFrame("x", { reserved: 7 });

/** What a gateway may meet beside. */
export const heldUpgrades: readonly HeldSocket[] = [
  { name: "404", sends: upgrade("/elsewhere") },
  { name: "404, not read", sends: upgrade("/elsewhere"), isDeaf: true },
  { name: "404, its side ended", sends: upgrade("/elsewhere"), isHalfClosed: true },
  { name: "404, and goes on sending", sends: upgrade("/elsewhere") + "x".repeat(100_000) },
  { name: "403", sends: upgrade(undefined, { Origin: "https://elsewhere.example" }) },
  { name: "400", sends: upgrade(undefined, { "Sec-WebSocket-Key": "short" }) },
  { name: "an upgrade with a body that does not come", sends: upgrade(undefined, { "Content-Length": "100" }) },
  { name: "no connect", sends: upgrade() },
  { name: "no connect, not read", sends: upgrade(), isDeaf: true },
  { name: "half a frame", sends: upgrade(), afterwards: encodeFrame("x", { claimedBytes: 1_000 }) },
  { name: "ends its side without a close frame", sends: upgrade(), afterwards: Buffer.alloc(0), isHalfClosed: true },
  { name: "closes and stays", sends: upgrade(), afterwards: closed },
  { name: "closes and does not read", sends: upgrade(), afterwards: closed, isDeaf: true },
  { name: "closes, its side ended", sends: upgrade(), afterwards: closed, isHalfClosed: true },
  { name: "breaks the protocol and stays", sends: upgrade(), afterwards: broken },
  {
    name: "breaks the protocol and goes on",
    sends: upgrade(),
    afterwards: Buffer.concat([broken, Buffer.alloc(100_000)]),
  },
  { name: "is told to go and does not", sends: upgrade(), afterwards: encodeFrame("not JSON") },
  { name: "pings and does not read", sends: upgrade(), afterwards: pings(200_000), isDeaf: true },
];

function pings(count: number): Buffer {
  return Buffer.concat(Array.from({ length: count / 100 }, () => encodeFrame("x".repeat(90), { opcode: 9 })));
}

/** Resolves when everything is sent that the server takes. The socket is the caller's to destroy. */
export async function hold(port: number, { sends, afterwards, isDeaf, isHalfClosed }: HeldSocket): Promise<Socket> {
  // Half open: the server's FIN is not answered by ours.
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(sends);
  if (afterwards !== undefined) {
    await once(socket, "data");
    socket.write(afterwards);
  }
  if (isDeaf === true) socket.pause();
  else socket.resume();
  if (isHalfClosed === true) socket.end();
  return socket;
}
