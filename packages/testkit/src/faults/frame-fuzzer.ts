import { encodeFrame } from "./raw-websocket.ts";
import { strangeChannels, strangeValues } from "./strange-values.ts";

/** Bytes to send, and the id of the command inside when it is meant to be answered. */
export interface FuzzCase {
  readonly bytes: Buffer;
  readonly id: number;
}

type Random = () => number;

/**
 * Frames no decent client sends: half of them commands of the right shape with values nobody has thought of, half
 * mutations of right commands, and some broken already as WebSocket frames. Most survive parsing, because what ends the
 * connection at once tests one line of code only.
 *
 * The id grows from case to case, so that a reply tells how far the server has come.
 */
export function createFrameFuzzer(random: Random): (id: number) => FuzzCase {
  return (id) => {
    const dice = random();
    if (dice < 0.003) return { bytes: brokenFrame(random), id };
    if (dice < 0.01) return { bytes: encodeFrame(randomText(random)), id };
    if (dice < 0.03) return { bytes: encodeFrame(mutate(strangeCommand(id, random), random)), id };
    return { bytes: encodeFrame(strangeCommand(id, random)), id };
  };
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[Math.floor(random() * values.length)] as T;
}

type Fields = Readonly<Record<string, (random: Random) => string>>;

const channel = (random: Random) => JSON.stringify(pick(strangeChannels, random));
const value = (random: Random) => pick(strangeValues, random);
/** A value of another type than the protocol names ends the connection, so it comes rarely. */
const mostly = (make: (random: Random) => string) => (random: Random) =>
  random() < 0.995 ? make(random) : value(random);
const text = mostly((random) => JSON.stringify(pick(["", "x", "a.b.c", "_", "\u0000", "é".repeat(300)], random)));
const integer = mostly((random) => String(pick([0, 1, 2, 299, 300, 301, 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1], random)));
const flag = mostly((random) => String(random() < 0.5));
const since = mostly((random) => `{"offset":${integer(random)},"epoch":${text(random)}}`);

/** The fields each method knows; a case takes any of them, with any value. */
const methods: Readonly<Record<string, Fields>> = {
  subscribe: { channel, token: text, recover: flag, offset: integer, epoch: text, positioned: flag, flag: integer },
  unsubscribe: { channel },
  publish: { channel, data: value },
  history: { channel, limit: integer, reverse: flag, since },
  presence: { channel },
  presence_stats: { channel },
  rpc: { method: text, data: value },
  refresh: { token: text },
  sub_refresh: { channel, token: text },
};
const methodNames = Object.keys(methods).filter((name) => name !== "refresh");

function strangeCommand(id: number, random: Random): string {
  // A refresh with a broken token ends the connection, so it comes rarely.
  const method = random() < 0.002 ? "refresh" : pick(methodNames, random);
  const fields = Object.entries(methods[method] ?? {})
    // Without the fields a method must have, the connection ends; the mutations see to that.
    .filter(([name]) => name === "channel" || (name === "token" && method === "sub_refresh") || random() < 0.4)
    .map(([name, make]) => `"${name}":${make(random)}`);
  const extra = random() < 0.1 ? [`"unknown":${value(random)}`] : [];
  return `{"id":${id},"${method}":{${[...fields, ...extra].join(",")}}}`;
}

/** Takes a byte away, doubles one, flips one, cuts the rest off, or puts a piece somewhere else. */
function mutate(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text);
  const at = Math.floor(random() * bytes.length);
  const to = at + 1 + Math.floor(random() * 8);
  switch (Math.floor(random() * 5)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 2:
      bytes[at] = Math.floor(random() * 256);
      return bytes;
    case 3:
      return bytes.subarray(0, at);
    default:
      return Buffer.concat([bytes.subarray(to), bytes.subarray(at, to), bytes.subarray(0, at)]);
  }
}

function randomText(random: Random): Buffer {
  return Buffer.from(Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256)));
}

/** Wrong below the protocol: reserved bits and opcodes, no mask, lengths that lie, control frames too long. */
function brokenFrame(random: Random): Buffer {
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
  return encodeFrame(random() < 0.5 ? "{}" : randomText(random), parts);
}
