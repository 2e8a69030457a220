import {
  binaryMessage,
  echoed,
  filler,
  frame,
  fragments,
  textMessage,
  type Message,
  type WebSocketCase,
} from "./websocket-case.ts";

const kib = 1_024;
const messageBytes = [64, 256, kib, 4 * kib, 8 * kib, 16 * kib].map((size) => size * kib);
const pieceBytes = [64, 256, kib, 4 * kib, 16 * kib, 64 * kib, 256 * kib, kib * kib, 4 * kib * kib];
const chops = [64, 128, 256, 512, kib, 2 * kib];
const roundTrips = [0, 16, 64, 256, kib, 16 * kib];

/** Sizes as they are in the catalogue, or a part of them that takes seconds. */
export interface LimitScale {
  readonly divisor: number;
  /** Messages in a row. */
  readonly count: number;
}

export const fullScale: LimitScale = { divisor: 1, count: 1_000 };
export const smallScale: LimitScale = { divisor: 64, count: 100 };

/** Section 9: large messages, whole, in frames and in segments, and many in a row. */
export function limitCases({ divisor, count }: LimitScale): WebSocketCase[] {
  const scaled = (bytes: number) => Math.max(1, Math.floor(bytes / divisor));
  const groups = ([text, binary]: [string, string], make: (group: string, message: MakeMessage) => WebSocketCase[]) => [
    ...make(text, (bytes) => textMessage(filler(bytes))),
    ...make(binary, (bytes) => binaryMessage(filler(bytes))),
  ];
  return [
    ...groups(["9.1", "9.2"], (group, message) =>
      messageBytes.map((bytes, index) => {
        const id = `${group}.${index + 1}`;
        return echoed(id, `${scaled(bytes)} bytes`, message(scaled(bytes)));
      }),
    ),
    ...groups(["9.3", "9.4"], (group, message) =>
      pieceBytes.map((bytes, index) =>
        inFrames(`${group}.${index + 1}`, message(scaled(4 * kib * kib)), scaled(bytes)),
      ),
    ),
    ...groups(["9.5", "9.6"], (group, message) =>
      chops.map((bytes, index) => {
        const size = scaled(kib * kib);
        return echoed(`${group}.${index + 1}`, `${size} bytes in segments of ${bytes}`, message(size), bytes);
      }),
    ),
    ...groups(["9.7", "9.8"], (group, message) =>
      roundTrips.map((bytes, index) => inRow(`${group}.${index + 1}`, message(bytes), count)),
    ),
  ];
}

type MakeMessage = (bytes: number) => Message;

function inFrames(id: string, message: Message, bytesEach: number): WebSocketCase {
  const sends = [Buffer.concat(fragments(message.payload, { bytesEach, isBinary: message.isBinary }))];
  return { id, says: `${message.payload.length} bytes in frames of ${bytesEach}`, sends, hears: { echoes: [message] } };
}

function inRow(id: string, message: Message, count: number): WebSocketCase {
  const one = frame(message.payload, { opcode: message.isBinary ? 2 : 1 });
  const says = `${count} messages of ${message.payload.length} bytes`;
  return {
    id,
    says,
    sends: Array.from({ length: count }, () => one),
    hears: { echoes: Array.from({ length: count }, () => message) },
  };
}
