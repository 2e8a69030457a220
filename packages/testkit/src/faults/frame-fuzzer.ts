import { pick, randomBytes } from "./mutate-bytes.ts";
import { encodeFrame } from "./raw-websocket.ts";

/** Commands of one form of the protocol, without the frame around them; the id grows from one to the next. */
export type CommandFuzzer = (id: number) => Buffer;

export interface FrameFuzzerOptions {
  readonly random: () => number;
  readonly nextCommand: CommandFuzzer;
  /** 1 text, 2 binary. */
  readonly opcode: number;
}

/**
 * Frames no decent client sends: commands as a fuzzer of their form makes them, and now and then what is broken as a WebSocket
 * frame already. Most survive parsing, because what ends the connection at once tests one line of code only.
 */
export function createFrameFuzzer({ random, nextCommand, opcode }: FrameFuzzerOptions): (id: number) => Buffer {
  return (id) => (random() < 0.003 ? brokenFrame(random) : encodeFrame(nextCommand(id), { opcode }));
}

/** Wrong below the protocol: reserved bits and opcodes, no mask, lengths that lie, control frames too long. */
function brokenFrame(random: () => number): Buffer {
  const parts = pick(
    [
      { reserved: 4 },
      { reserved: 3 },
      { opcode: 3 },
      { opcode: 15 },
      { opcode: 0 },
      { opcode: 2 },
      { isMasked: false },
      { opcode: 8, isFinal: false },
      { opcode: 9, isFinal: false },
      { claimedBytes: 2 ** 40 },
    ],
    random,
  );
  return encodeFrame(random() < 0.5 ? "{}" : randomBytes(60, random), parts);
}
