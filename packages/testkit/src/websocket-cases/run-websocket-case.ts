import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { FrameReader, type WireFrame } from "../faults/frame-reader.ts";
import { judgeConversation } from "./judge-conversation.ts";
import { close, type WebSocketCase } from "./websocket-case.ts";

export interface RunOptions {
  readonly port: number;
  readonly path?: string;
  /** The server may send the messages of one turn as one, joined by newlines. */
  readonly joinsText?: boolean;
  readonly timeoutMs?: number;
}

/** What the server said, until it ended the connection or the time was over. */
export interface Conversation {
  readonly frames: readonly WireFrame[];
  /** It ended its side, as a server does first (RFC 6455, section 7.1.1). */
  readonly hasEnded: boolean;
  /** Bytes behind the last whole frame. */
  readonly restBytes: number;
}

/** Runs one case over a connection of its own. Nothing is wrong when the list is empty. */
export async function runWebSocketCase(one: WebSocketCase, options: RunOptions): Promise<string[]> {
  const { port, path = "/connection/websocket", timeoutMs = 5_000 } = options;
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined);
  try {
    await upgrade(socket, path);
    const peer = new Listener(socket);
    const talk = (async () => {
      await sendAll(socket, one);
      if (one.hears.closes === undefined) {
        await peer.until(({ frames }) => judgeConversation(one, { frames, options }).length === 0);
        socket.write(close(1000));
      } else {
        await peer.until(({ frames }) => frames.some(({ opcode }) => opcode === 8));
        // The answer to the server's close frame; to one who was answered already it says nothing new.
        socket.write(close(1000));
      }
      await peer.ended;
    })();
    await Promise.race([talk, delay(timeoutMs, undefined, { ref: false })]);
    const said = peer.conversation();
    const problems = judgeConversation(one, { frames: said.frames, options, isOver: true });
    if (!said.hasEnded) problems.push(`the server has not ended the connection within ${timeoutMs} ms`);
    if (said.restBytes > 0) problems.push(`${said.restBytes} bytes are no whole frame`);
    return problems;
  } finally {
    socket.destroy();
  }
}

async function upgrade(socket: Socket, path: string): Promise<void> {
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  const [answer] = (await once(socket, "data")) as [Buffer];
  if (!answer.toString("latin1").startsWith("HTTP/1.1 101")) throw new Error(`no upgrade: ${answer.toString()}`);
}

async function sendAll(socket: Socket, { sends, chopBytes }: WebSocketCase): Promise<void> {
  for (const part of chopBytes === undefined ? sends : chop(Buffer.concat(sends), chopBytes)) {
    if (socket.destroyed) return;
    await new Promise((resolve) => socket.write(part, resolve));
    // Lets the kernel hand it over before the next one.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function chop(bytes: Buffer, pieceBytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
}

/** Keeps what the server says. */
class Listener {
  readonly ended: Promise<void>;
  readonly #frames: WireFrame[] = [];
  readonly #reader = new FrameReader();
  #hasEnded = false;
  #check = () => undefined as void;

  constructor(socket: Socket) {
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#hasEnded = true;
        this.#check();
        resolve();
      };
      socket.once("end", end);
      socket.once("close", end);
    });
    socket.on("data", (chunk: Buffer) => {
      this.#frames.push(...this.#reader.push(chunk));
      this.#check();
    });
  }

  /** Resolves when that is so, or when the connection has ended. */
  until(isSo: (said: Conversation) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#check = () => {
        if (this.#hasEnded || isSo(this.conversation())) resolve();
      };
      this.#check();
    });
  }

  conversation(): Conversation {
    return { frames: this.#frames, hasEnded: this.#hasEnded, restBytes: this.#reader.pendingBytes };
  }
}
