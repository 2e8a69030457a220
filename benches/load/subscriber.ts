import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { Dialect } from "./dialect.ts";
import { FrameCounter, type FrameSink } from "./frame-counter.ts";
import { messagesInFrame } from "./messages-in-frame.ts";
import type { Tally } from "./tally.ts";

export interface SubscriberOptions {
  readonly port: number;
  readonly channel: string;
  readonly dialect: Dialect;
  readonly tally: Tally;
  /** Sockets are read one after the other, so one buffer serves them all and nothing is allocated per read. */
  readonly readBuffer: Buffer;
  /** `code` is the WebSocket close code, or 1006 when the connection just ended. */
  readonly onClosed: (code: number) => void;
}

/** One subscribed client on a raw TCP socket. */
export class Subscriber implements FrameSink {
  readonly #options: SubscriberOptions;
  readonly #frames: FrameCounter;
  readonly #subscribed = Promise.withResolvers<void>();
  readonly #socket: Socket;
  #upgraded = false;
  #responseHead = "";
  #closeCode = 1006;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#frames = new FrameCounter(this, options.dialect);
    this.#socket = connect({
      host: "127.0.0.1",
      port: options.port,
      noDelay: true,
      onread: { buffer: options.readBuffer, callback: (bytes) => this.#read(bytes) },
    });
    const request = options.dialect.holds === "stream" ? streamRequest(options) : upgradeRequest(options);
    this.#socket.on("connect", () => this.#socket.write(request));
    this.#socket.on("error", (error) => this.#subscribed.reject(error));
    this.#socket.on("close", () => this.#onSocketClosed());
  }

  /** Resolves when the server has said that the subscription stands. */
  get subscribed(): Promise<void> {
    return this.#subscribed.promise;
  }

  stopReading(): void {
    this.#socket.pause();
  }

  readAgain(): void {
    this.#socket.resume();
  }

  /** Without a word, as a client does whose network is gone. */
  leave(): void {
    this.#socket.resetAndDestroy();
  }

  onMessage(bytes: Buffer, from: number, end: number): void {
    this.#options.tally.count(bytes, from, end);
  }

  onShortLine(): void {
    if (!this.#isStream) this.#send(this.#options.dialect.pong);
  }

  onFrame(opcode: number, payload: Buffer): void {
    const { dialect } = this.#options;
    if (opcode === 8) return this.#onCloseFrame(payload);
    if (messagesInFrame(payload, dialect.holds).some((message) => message === dialect.ping)) this.#send(dialect.pong);
    if (this.#frames.keepAll && dialect.isSubscribed?.(payload.toString()) === true) this.#onSubscribed();
  }

  #read(bytes: number): boolean {
    const { readBuffer, tally } = this.#options;
    tally.addBytes(bytes);
    this.#frames.read(readBuffer, this.#upgraded ? 0 : this.#readResponse(bytes), bytes);
    return true;
  }

  get #isStream(): boolean {
    return this.#options.dialect.holds === "stream";
  }

  /** Takes bytes until the answer to the upgrade is whole. Returns where the first frame begins. */
  #readResponse(bytes: number): number {
    const before = this.#responseHead.length;
    this.#responseHead += this.#options.readBuffer.toString("latin1", 0, bytes);
    const end = this.#responseHead.indexOf("\r\n\r\n");
    if (end === -1) return bytes;
    const status = this.#responseHead.slice(0, this.#responseHead.indexOf("\r\n"));
    const wanted = this.#isStream ? " 200 " : " 101 ";
    if (!status.includes(wanted)) this.#subscribed.reject(new Error(`the server refused the upgrade: ${status}`));
    this.#upgraded = true;
    const { dialect, channel } = this.#options;
    if (this.#isStream) return end + 4 - before;
    for (const frame of dialect.greeting(channel)) this.#send(frame);
    if (dialect.isSubscribed === undefined) this.#onSubscribed();
    return end + 4 - before;
  }

  #onSubscribed(): void {
    this.#frames.keepAll = false;
    this.#subscribed.resolve();
  }

  /** Answers the closing handshake; without it the server would wait for seconds. */
  #onCloseFrame(payload: Buffer): void {
    this.#closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    this.#socket.end(maskedFrame(8, payload.subarray(0, 2)));
  }

  #onSocketClosed(): void {
    this.#subscribed.reject(new Error(`closed with ${this.#closeCode} before the subscription`));
    this.#options.onClosed(this.#closeCode);
  }

  #send(frame: string | Buffer | undefined): void {
    if (frame === undefined || !this.#socket.writable) return;
    this.#socket.write(typeof frame === "string" ? maskedFrame(1, Buffer.from(frame)) : maskedFrame(2, frame));
  }
}

function upgradeRequest({ port, channel, dialect }: SubscriberOptions): string {
  return [
    `GET ${dialect.path(channel)} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    "Sec-WebSocket-Version: 13",
    "\r\n",
  ].join("\r\n");
}

function streamRequest({ port, channel, dialect }: SubscriberOptions): string {
  const head = (method: string) => `${method} ${dialect.path(channel)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
  if (dialect.isPosted !== true) return `${head("GET")}\r\n`;
  const body = String(dialect.greeting(channel)[0]);
  return `${head("POST")}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** A client must mask (RFC 6455 §5.3); a mask of zeros is a mask, and leaves the payload as it is. */
function maskedFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]);
}
