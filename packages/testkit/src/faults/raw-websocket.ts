import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A WebSocket connection below the WebSocket: bytes go out as they are, so that frames can be wrong in every way. */
export interface RawWebSocket {
  readonly socket: Socket;
  /** The head of the server's answer. */
  readonly answer: string;
  /** Everything received after the upgrade, newest last, at most the last 16 KiB. */
  readonly received: string;
  /** The code of the close frame the server sent, if it has. */
  readonly closeCode: number | undefined;
  /** Resolves to true when what was received matches, to false when the connection has ended without. */
  heard(matches: (received: string) => boolean): Promise<boolean>;
  /** Resolves when the connection has ended, by whichever side. */
  readonly ended: Promise<void>;
}

const keptBytes = 16_384;

export interface RawOptions {
  readonly path?: string;
  /** What `Sec-WebSocket-Extensions` offers. */
  readonly extensions?: string;
}

/** @throws Error when the server refuses the upgrade, with its status line. */
export async function openRawWebSocket(
  port: number,
  { path = "/connection/websocket", extensions }: RawOptions = {},
): Promise<RawWebSocket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Version: 13\r\n` +
      `${extensions === undefined ? "" : `Sec-WebSocket-Extensions: ${extensions}\r\n`}\r\n`,
  );
  const [answer] = (await Promise.race([once(socket, "data"), ended.then(() => [Buffer.from("no answer")])])) as [
    Buffer,
  ];
  const text = answer.toString("latin1");
  if (!text.startsWith("HTTP/1.1 101")) {
    socket.destroy();
    throw new Error(`the upgrade was refused: ${text.split("\r\n", 1)[0]}`);
  }
  let received = text.slice(text.indexOf("\r\n\r\n") + 4);
  socket.on("data", (chunk: Buffer) => {
    received = (received + chunk.toString("latin1")).slice(-keptBytes);
    // Instead of answering the close frame; the server would wait for that.
    if (closeCodeIn(received) !== undefined) socket.end();
    check();
  });
  let check = () => undefined as void;
  return {
    socket,
    answer: text.slice(0, text.indexOf("\r\n\r\n")),
    ended,
    async heard(matches) {
      const heard = Promise.withResolvers<boolean>();
      check = () => {
        if (matches(received)) heard.resolve(true);
      };
      check();
      return Promise.race([heard.promise, ended.then(() => matches(received))]);
    },
    get received() {
      return received;
    },
    get closeCode() {
      return closeCodeIn(received);
    },
  };
}

/** A close frame is the last thing a server sends. Its reason is short and plain, so the header is found from the end. */
function closeCodeIn(received: string): number | undefined {
  const start = received.lastIndexOf("\x88");
  const frame = Buffer.from(received.slice(start), "latin1");
  const isWhole = start !== -1 && frame.length >= 4 && frame.length === 2 + (frame[1] ?? 0);
  return isWhole ? frame.readUInt16BE(2) : undefined;
}

export interface FrameParts {
  /** 1 text, 2 binary, 0 continuation, 8 close, 9 ping, 10 pong; others are reserved. */
  readonly opcode?: number;
  readonly isFinal?: boolean;
  /** RSV1 to RSV3 as the bits 4, 2 and 1. */
  readonly reserved?: number;
  /** Frames of a client must be masked. */
  readonly isMasked?: boolean;
  /** Four bytes; zeros unless it is given, which is a mask, too. */
  readonly mask?: Buffer;
  /** The length written into the header, when it shall not be the true one. */
  readonly claimedBytes?: number;
}

/** One frame of a client, right or wrong (RFC 6455, section 5.2). */
export function encodeFrame(payload: string | Buffer, parts: FrameParts = {}): Buffer {
  const { opcode = 1, isFinal = true, reserved = 0, isMasked = true, mask = Buffer.alloc(4) } = parts;
  const body = Buffer.from(payload);
  const size = parts.claimedBytes ?? body.length;
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = isMasked ? 0x80 : 0;
  const header = size < 126 ? Buffer.alloc(2) : size < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  header[0] = first;
  header[1] = maskBit | (size < 126 ? size : size < 65_536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(size, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(size), 2);
  if (!isMasked) return Buffer.concat([header, body]);
  for (let index = 0; index < body.length; index++) body[index]! ^= mask[index & 3]!;
  return Buffer.concat([header, mask, body]);
}
