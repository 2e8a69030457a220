import { encodeFrame, type FrameParts } from "../faults/raw-websocket.ts";

/**
 * One thing a WebSocket server must do right, as a peer sees it that has every freedom below the WebSocket. The server under
 * test echoes messages. Numbers are those of the well-known Autobahn catalogue, so that results can be compared.
 */
export interface WebSocketCase {
  /** Section, group and number, as `6.3.1`. */
  readonly id: string;
  readonly says: string;
  /** What is written; each part in a segment of its own, as far as the kernel allows. */
  readonly sends: readonly Buffer[];
  /** Bytes per write instead. */
  readonly chopBytes?: number;
  readonly hears: Expectation;
}

export interface Expectation {
  /** The messages that come back, in order. */
  readonly echoes?: readonly Message[];
  /** The payloads of pongs that come back, in order. */
  readonly pongs?: readonly Buffer[];
  /** What the server closes with. Left out: it does not close, and answers our own close frame of 1000 with the same. */
  readonly closes?: readonly CloseCode[];
}

/** `none` is a close frame without a code. */
export type CloseCode = number | "none";

export interface Message {
  readonly payload: Buffer;
  readonly isBinary: boolean;
}

/** A mask in which every bit matters somewhere; a mask of zeros would hide a server that does not unmask. */
const mask = Buffer.from("37fa213d", "hex");

export const frame = (payload: string | Buffer, parts: FrameParts = {}): Buffer =>
  encodeFrame(payload, { mask, ...parts });
export const textMessage = (payload: string | Buffer): Message => ({ payload: Buffer.from(payload), isBinary: false });
export const binaryMessage = (payload: Buffer): Message => ({ payload, isBinary: true });

export const ping = (payload: string | Buffer = "", parts: FrameParts = {}) => frame(payload, { ...parts, opcode: 9 });
export const pong = (payload: string | Buffer = "", parts: FrameParts = {}) => frame(payload, { ...parts, opcode: 10 });

/** A close frame with a code, and a reason as text or as bytes. */
export function close(code: number, reason: string | Buffer = ""): Buffer {
  return frame(Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]), { opcode: 8 });
}

/** The frames of one message, cut at so many bytes each. */
export function fragments(
  payload: Buffer,
  options: { readonly bytesEach: number; readonly isBinary?: boolean },
): Buffer[] {
  const { bytesEach, isBinary = false } = options;
  const count = Math.max(1, Math.ceil(payload.length / bytesEach));
  return Array.from({ length: count }, (_, index) =>
    frame(payload.subarray(index * bytesEach, (index + 1) * bytesEach), {
      opcode: index > 0 ? 0 : isBinary ? 2 : 1,
      isFinal: index === count - 1,
    }),
  );
}

/** A message that is sent whole and comes back. */
export function echoed(id: string, says: string, message: Message, chopBytes?: number): WebSocketCase {
  const sends = [frame(message.payload, { opcode: message.isBinary ? 2 : 1 })];
  return { id, says, sends, hears: { echoes: [message] }, ...(chopBytes === undefined ? {} : { chopBytes }) };
}

/** Something a server must not stand. What it had already answered is still heard. */
export function refused(
  id: string,
  says: string,
  options: Pick<WebSocketCase, "sends"> & { hears?: Expectation },
): WebSocketCase {
  return { id, says, sends: options.sends, hears: { closes: [1002], ...options.hears } };
}

/** Printable, and different at every place for a while, so that a lost or doubled piece shows. */
export function filler(bytes: number): Buffer {
  const line = Buffer.from(Array.from({ length: 997 }, (_, index) => 0x20 + ((index * 7) % 95)));
  return Buffer.alloc(bytes, line);
}
