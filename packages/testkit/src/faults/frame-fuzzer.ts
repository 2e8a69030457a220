import { mutateBytes, pick, randomBytes } from "./mutate-bytes.ts";
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
    if (dice < 0.01) return { bytes: encodeFrame(randomBytes(60, random)), id };
    if (dice < 0.03) return { bytes: encodeFrame(mutateBytes(Buffer.from(strangeCommand(id, random)), random)), id };
    return { bytes: encodeFrame(strangeCommand(id, random)), id };
  };
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
  return encodeFrame(random() < 0.5 ? "{}" : randomBytes(60, random), parts);
}
