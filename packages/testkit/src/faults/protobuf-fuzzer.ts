import type { CommandFuzzer } from "./frame-fuzzer.ts";
import { mutateBytes, pick, randomBytes } from "./mutate-bytes.ts";
import { delimited, wireBytes, wireField, wireNumber, type WireValue } from "./protobuf-writer.ts";
import { strangeChannels, strangeValues } from "./strange-values.ts";

type Random = () => number;
type Make = (random: Random) => WireValue;

/**
 * Commands of the Centrifuge protocol as Protobuf that no decent client sends: the tables of its schema with values nobody has
 * thought of, fields twice, out of order and unknown, and a few that are no message at all. Most survive decoding, because what
 * ends the connection at once tests one line of code only.
 *
 * Each is behind its length, so that several may stand in one frame.
 */
export function createProtobufFuzzer(random: Random): CommandFuzzer {
  return (id) => {
    const command = strangeCommand(id, random);
    const dice = random();
    if (dice < 0.003) return randomBytes(60, random);
    if (dice < 0.006) return mutateBytes(delimited(command), random);
    // The length is right, so what is broken is the message alone.
    return delimited(dice < 0.012 ? mutateBytes(command, random) : command);
  };
}

/** A `connect` that is right. */
export function protobufConnect(id: number, token: string): Buffer {
  return protobufCommand(id, 4, wireField(1, wireBytes(token)));
}

/** A command that is answered by error 108 when all before it are answered. */
export function protobufRpc(id: number): Buffer {
  return protobufCommand(id, 13, Buffer.alloc(0));
}

function protobufCommand(id: number, method: number, request: Buffer): Buffer {
  return delimited(Buffer.concat([wireField(1, wireNumber(id)), wireField(method, wireBytes(request))]));
}

const text: Make = (random) =>
  random() < 0.998
    ? wireBytes(pick(["", "x", "a.b.c", "_", "\u0000", "é".repeat(300), "fossil", "eq"], random))
    : wireBytes(Buffer.of(0xff, 0xfe));
const channel: Make = (random) => wireBytes(pick(strangeChannels, random).toWellFormed());
/** JSON as a rule, which most channels demand; also what is none. */
const data: Make = (random) => wireBytes(random() < 0.9 ? pick(strangeValues, random) : randomBytes(50, random));
const flag: Make = (random) => wireNumber(pick([0, 1, 1, 2], random));
const small: Make = (random) => wireNumber(pick([0, 1, 2, 299, 300, 301, -1, 2 ** 31 - 1, -(2 ** 31)], random));
/** Beyond 2^53 is malformed, so it comes rarely. */
const large: Make = (random) =>
  wireNumber(
    random() < 0.995 ? pick([0, 1, 2, 2 ** 32, 2 ** 53 - 1], random) : pick([2 ** 53, 2n ** 64n - 1n], random),
  );

type Fields = Readonly<Record<number, Make>>;

const position: Fields = { 1: large, 2: text };
const filterOps = ["", "and", "or", "not", "xor"];
const comparisons = ["eq", "neq", "in", "nin", "ex", "nex", "sw", "ct", "gt", "gte", "lt", "lte", "?"];

function filter(random: Random, depth = 0): Buffer {
  const isLeaf = depth > 4 || random() < 0.6;
  const parts = isLeaf
    ? [
        wireField(2, wireBytes(pick(["k", "ticker", "", "__proto__"], random))),
        wireField(3, wireBytes(pick(comparisons, random))),
        wireField(4, wireBytes(pick(["1", "1e999", "a", "", "-0.5"], random))),
        ...(random() < 0.3 ? [wireField(5, wireBytes("v")), wireField(5, wireBytes(""))] : []),
      ]
    : [
        wireField(1, wireBytes(pick(filterOps, random))),
        ...Array.from({ length: Math.floor(random() * 4) }, () => wireField(6, wireBytes(filter(random, depth + 1)))),
      ];
  return Buffer.concat(parts);
}

/** Numbers from 15 on belong to map channels and shared polls; they are refused by name. */
const subscription: Fields = {
  2: (random) => (random() < 0.05 ? wireBytes("a.b.c") : wireBytes("")),
  3: flag,
  6: text,
  7: large,
  8: data,
  9: flag,
  10: flag,
  11: flag,
  12: (random) => wireBytes(pick(["", "fossil", "fossil", "x"], random)),
  13: (random) => wireBytes(filter(random)),
  14: large,
  15: (random) => wireNumber(pick([0, 0, 0, 1, 4], random)),
};
const subRefresh: Fields = { 1: channel, 2: text, 3: flag, 4: data, 5: text };

/** By the number of the method, what its request may hold. A `refresh`, whose token is wrong here, ends the connection. */
const methods: Readonly<Record<number, Fields>> = {
  5: { 1: channel, ...subscription },
  6: { 1: channel },
  7: { 1: channel, 2: data, 3: (random) => wireNumber(pick([0, 0, 0, 1], random)) },
  8: { 1: channel },
  9: { 1: channel },
  10: { 1: channel, 7: small, 8: (random) => wireBytes(strangeMessage(position, random)), 9: flag },
  13: { 1: data, 2: text },
  15: subRefresh,
};
const methodNumbers = Object.keys(methods).map(Number);

function strangeCommand(id: number, random: Random): Buffer {
  const method = pick(methodNumbers, random);
  const request = strangeMessage(methods[method] ?? {}, random);
  const parts = [wireField(1, wireNumber(id)), wireField(method, wireBytes(request))];
  return Buffer.concat(random() < 0.1 ? parts.toReversed() : parts);
}

function strangeMessage(fields: Fields, random: Random): Buffer {
  const parts = Object.entries(fields)
    // A request without a channel, or without the token it is about, ends the connection.
    .filter(([number]) => number === "1" || (fields === subRefresh && number === "2") || random() < 0.3)
    .flatMap(([number, make]) => {
      const count = random() < 0.02 ? 2 : 1;
      return Array.from({ length: count }, () => wireField(Number(number), make(random)));
    });
  if (random() < 0.1) parts.push(unknownField(random));
  return Buffer.concat(random() < 0.1 ? parts.toReversed() : parts);
}

/** A later version's: passed over, whatever its wire type. Groups, wire types 3 and 4, are of an earlier one. */
function unknownField(random: Random): Buffer {
  const number = pick([100, 2 ** 20, 2 ** 29 - 1], random);
  const eightBytes = { wire: 1, bytes: Buffer.alloc(8, 0xff) };
  return wireField(
    number,
    pick([wireNumber(-1), eightBytes, wireBytes("new"), { wire: 5, bytes: Buffer.alloc(4) }], random),
  );
}
