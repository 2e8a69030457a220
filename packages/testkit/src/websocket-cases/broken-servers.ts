import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { FrameReader, type WireFrame } from "../faults/frame-reader.ts";
import { encodeFrame } from "../faults/raw-websocket.ts";

/**
 * A server with one fault. It is a good one with somebody between it and its peer who rewrites frames: what comes in, so that
 * the server is taken in by it, or what goes out.
 */
export interface BrokenServer {
  readonly says: string;
  /** The sections with a case that must find it. */
  readonly sections: readonly string[];
  readonly incoming?: Rewrite;
  readonly outgoing?: Rewrite;
}

type Rewrite = (frame: WireFrame) => readonly WireFrame[];

const only =
  (opcode: number, change: Rewrite): Rewrite =>
  (frame) =>
    frame.opcode === opcode ? change(frame) : [frame];
const isLong = ({ payload }: WireFrame, bytes: number) => payload.length >= bytes;
const closeOf = (frame: WireFrame, code: number) => ({ ...frame, payload: Buffer.from([code >> 8, code & 255]) });

export const brokenServers: readonly BrokenServer[] = [
  {
    says: "leaves out messages of no bytes",
    sections: ["1", "6"],
    outgoing: only(1, (frame) => (frame.payload.length === 0 ? [] : [frame])),
  },
  {
    says: "cuts a byte off from 126 bytes on",
    sections: ["1", "9", "10"],
    outgoing: only(1, (frame) => [isLong(frame, 126) ? { ...frame, payload: frame.payload.subarray(1) } : frame]),
  },
  { says: "answers no ping", sections: ["2", "5"], outgoing: only(10, () => []) },
  { says: "answers pongs", sections: ["2"], incoming: only(10, (frame) => [{ ...frame, opcode: 9 }]) },
  {
    says: "answers a ping without its payload",
    sections: ["2", "5"],
    outgoing: only(10, (frame) => [{ ...frame, payload: Buffer.alloc(0) }]),
  },
  { says: "does not look at the reserved bits", sections: ["3"], incoming: (frame) => [{ ...frame, reserved: 0 }] },
  {
    says: "sets a reserved bit itself",
    sections: ["1", "5", "6"],
    outgoing: only(1, (frame) => [{ ...frame, reserved: 4 }]),
  },
  {
    says: "passes over opcodes it does not know",
    sections: ["4"],
    incoming: (frame) => ([3, 4, 5, 6, 7, 11, 12, 13, 14, 15].includes(frame.opcode) ? [] : [frame]),
  },
  {
    says: "takes control frames in pieces",
    sections: ["5"],
    incoming: (frame) => [frame.opcode >= 8 ? { ...frame, isFinal: true } : frame],
  },
  { says: "passes over continuations", sections: ["5", "6", "9", "10"], incoming: only(0, () => []) },
  { says: "takes text that is not UTF-8", sections: ["6"], incoming: only(1, (frame) => [mended(frame)]) },
  { says: "echoes text with a mark before it", sections: ["1", "6"], outgoing: only(1, (frame) => [marked(frame)]) },
  {
    says: "closes with 1000 whatever it was told",
    sections: ["3", "4", "7"],
    outgoing: only(8, (frame) => [closeOf(frame, 1000)]),
  },
  {
    says: "closes with 1002 whatever it was told",
    sections: ["7"],
    outgoing: only(8, (frame) => [closeOf(frame, 1002)]),
  },
  { says: "takes every code to close with", sections: ["7"], incoming: only(8, (frame) => [closeOf(frame, 1000)]) },
  { says: "does not answer close", sections: ["7"], incoming: only(8, () => []) },
  {
    says: "goes on behind close",
    sections: ["7"],
    outgoing: only(8, (frame) => [frame, { ...frame, opcode: 1, payload: Buffer.from("late") }]),
  },
  {
    says: "takes nothing of 64 KiB",
    sections: ["1", "9", "10"],
    outgoing: only(1, (frame) => (isLong(frame, 65_536) ? [] : [frame])),
  },
  { says: "echoes every message twice", sections: ["1", "5", "9"], outgoing: only(1, (frame) => [frame, frame]) },
];

function mended(frame: WireFrame): WireFrame {
  return { ...frame, payload: Buffer.from(frame.payload.toString()) };
}

function marked(frame: WireFrame): WireFrame {
  return { ...frame, payload: Buffer.concat([Buffer.from("\u{FEFF}"), frame.payload]) };
}

/** The broken server before a good one; resolves to its port. */
export async function startBrokenServer(
  broken: BrokenServer,
  goodPort: number,
): Promise<{ port: number; close(): void }> {
  const server = createServer({ noDelay: true }, (peer) => {
    const good = connect({ port: goodPort, host: "127.0.0.1", noDelay: true });
    for (const [from, to] of [
      [peer, good],
      [good, peer],
    ] as const) {
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
    pass(peer, good, { rewrite: broken.incoming, isMasked: true });
    pass(good, peer, { rewrite: broken.outgoing, isMasked: false });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

interface Passing {
  readonly rewrite: Rewrite | undefined;
  readonly isMasked: boolean;
}

/** Hands on what comes: the head of the handshake as it is, frames rewritten. */
function pass(from: Socket, to: Socket, { rewrite = (frame) => [frame], isMasked }: Passing): void {
  const reader = new FrameReader();
  let isHead = true;
  from.on("end", () => to.end());
  from.on("data", (chunk: Buffer) => {
    const headEnd = isHead ? chunk.indexOf("\r\n\r\n") + 4 : 0;
    if (isHead) to.write(chunk.subarray(0, headEnd));
    isHead = false;
    const frames = reader.push(chunk.subarray(headEnd)).flatMap(rewrite);
    const parts = frames.map(({ payload, ...parts }) => encodeFrame(payload, { ...parts, isMasked }));
    if (parts.length > 0) to.write(Buffer.concat(parts));
  });
}
