import type { CommandFuzzer } from "./frame-fuzzer.ts";
import { mutateBytes, pick, randomBytes } from "./mutate-bytes.ts";
import { strangeChannels, strangeValues } from "./strange-values.ts";

type Random = () => number;

/**
 * Commands as JSON: of the right shape with values nobody has thought of, mutations of such, and a few that are anything. The id
 * grows from case to case, so that a reply tells how far the server has come.
 */
export function createJsonFuzzer(random: Random): CommandFuzzer {
  return (id) => {
    const dice = random();
    if (dice < 0.007) return randomBytes(60, random);
    const command = Buffer.from(strangeCommand(id, random));
    return dice < 0.027 ? mutateBytes(command, random) : command;
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

/** A condition on tags as it should be, with a value anywhere that should not. */
function filter(random: Random, depth = 0): string {
  if (random() < 0.05) return value(random);
  if (depth > 4 || random() < 0.6) {
    const cmp = pick(["eq", "in", "ex", "sw", "gt", "lte", "?"], random);
    return `{"key":${text(random)},"cmp":"${cmp}","val":${text(random)},"vals":[${text(random)}]}`;
  }
  const nodes = Array.from({ length: Math.floor(random() * 4) }, () => filter(random, depth + 1));
  return `{"op":"${pick(["and", "or", "not", "xor"], random)}","nodes":[${nodes.join()}]}`;
}

const calls = [
  "list",
  "counts",
  "read",
  "unread",
  "seen",
  "archive",
  "act",
  "snooze",
  "preferences",
  "constructor",
  "",
];
const call = mostly((random) =>
  JSON.stringify(random() < 0.1 ? pick(["", "x", "inbox"], random) : `inbox.${pick(calls, random)}`),
);
const itemId = `"n_${"0".repeat(21)}"`;
/** What calls of inboxes know, right and strange. */
const asked: Fields = {
  ids: (random) => pick([`[${itemId}]`, "[]", `[${itemId},1]`, value(random)], random),
  id: (random) => pick([itemId, value(random)], random),
  upTo: (random) => pick(["0", "9007199254740991", "1e3", "-1", value(random)], random),
  cursor: (random) => pick(["0", '"17"', value(random)], random),
  limit: (random) => pick(["1", '"100"', "101", value(random)], random),
  status: (random) => pick(['"unread"', '"snoozed"', value(random)], random),
  category: (random) => pick(['"orders"', value(random)], random),
  action: (random) => pick(['"approve"', value(random)], random),
  until: (random) => pick(['"2027-01-01T00:00:00Z"', value(random)], random),
  orders: (random) => pick(['{"inbox":false}', value(random)], random),
  quietHours: (random) => pick(['{"timeZone":"UTC","from":"22:00","to":"07:00"}', value(random)], random),
};
function inboxRequest(random: Random): string {
  if (random() < 0.2) return value(random);
  const some = Object.entries(asked).filter(() => random() < 0.15);
  return `{${some.map(([name, make]) => `"${name}":${make(random)}`).join(",")}}`;
}

/** The fields each method knows; a case takes any of them, with any value. */
const methods: Readonly<Record<string, Fields>> = {
  subscribe: {
    channel,
    token: text,
    recover: flag,
    offset: integer,
    epoch: text,
    positioned: flag,
    recoverable: flag,
    join_leave: flag,
    delta: mostly((random) => JSON.stringify(pick(["", "fossil", "x"], random))),
    tf: filter,
    flag: integer,
  },
  unsubscribe: { channel },
  publish: { channel, data: value },
  history: { channel, limit: integer, reverse: flag, since },
  presence: { channel },
  presence_stats: { channel },
  rpc: { method: call, data: inboxRequest },
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
