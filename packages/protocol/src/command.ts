import Type, { type Static, type TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { ConnectRequest } from "./commands/connect.ts";
import { HistoryRequest, PresenceRequest } from "./commands/read-channel.ts";
import { RefreshRequest, SubRefreshRequest } from "./commands/refresh.ts";
import { SubscribeRequest, UnsubscribeRequest } from "./commands/subscribe.ts";
import { jsonProblem, readJson, type ReadJson } from "./read-json.ts";

/** Data from a client to everybody in a channel. */
const PublishRequest = Type.Object({ channel: Type.String(), data: Type.Optional(Type.Unknown()) });
export type PublishRequest = Static<typeof PublishRequest>;

/** Data to the back end, which answers. */
const RpcRequest = Type.Object({ method: Type.Optional(Type.String()), data: Type.Optional(Type.Unknown()) });

/** Data to the back end without a reply, and so without an id. */
const SendRequest = Type.Object({ data: Type.Optional(Type.Unknown()) });

/**
 * What a client can send: `{"id": 1, "<method>": {…}}`, several of them in one frame joined by newlines. The empty object is
 * a pong. Field names are those of the Centrifuge client protocol, version 2, JSON.
 */
export const requests = {
  connect: ConnectRequest,
  subscribe: SubscribeRequest,
  unsubscribe: UnsubscribeRequest,
  publish: PublishRequest,
  presence: PresenceRequest,
  presence_stats: PresenceRequest,
  history: HistoryRequest,
  send: SendRequest,
  rpc: RpcRequest,
  refresh: RefreshRequest,
  sub_refresh: SubRefreshRequest,
} as const satisfies Record<string, TSchema>;

type Requests = typeof requests;
export type Method = keyof Requests;

export type CommandOf<M extends Method> = {
  readonly method: M;
  readonly id: number;
  readonly request: Static<Requests[M]>;
  /** Why the command is refused whatever it asks: what it carries could not be handed on. For the client. */
  readonly problem?: string;
};
export type Command = { [M in Method]: CommandOf<M> }[Method];

/** `malformed` is a broken protocol and ends the connection; the text is for logs, and for a client that can be told by HTTP. */
export type Decoded =
  | Command
  | { readonly method: "pong" }
  | { readonly method: "malformed"; readonly problem: string };

export const methods = Object.keys(requests) as Method[];
const validators = Object.fromEntries(methods.map((method) => [method, Compile(requests[method])]));
const isMethodOrPing: ReadonlySet<string> = new Set([...methods, "ping"]);
/** The command and its request stand around what is carried. */
const wrappings = 2;
const idMax = 4_294_967_295;

/**
 * Decodes the lines of a text frame, in order, as they are asked for; a frame of nothing is malformed. The first malformed line
 * is the last one: 64 KiB of them would cost as much as a thousand good commands, and the first one ends the connection.
 */
export function* decodeCommands(frame: string): Generator<Decoded, void> {
  const text = frame.trim();
  for (let start = 0, end = 0; end !== -1; start = end + 1) {
    end = text.indexOf("\n", start);
    const decoded = decodeCommand(text.slice(start, end === -1 ? undefined : end));
    yield decoded;
    if (decoded.method === "malformed") return;
  }
}

function decodeCommand(line: string): Decoded {
  let read: ReadJson;
  try {
    read = readJson(line, wrappings);
  } catch {
    return malformed("not JSON");
  }
  const { value } = read;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return malformed("not an object");
  const decoded = checkCommand(value as Record<string, unknown>);
  return "request" in decoded ? withExactData(decoded, read) : decoded;
}

/** `data` is for others: it goes on as it was sent. All else of a request is for us, and was checked as we use it. */
function withExactData(command: Command, read: ReadJson): Command {
  const { method, request } = command;
  if ("problem" in read) return { ...command, problem: `${method}${faultyField(request)}: ${read.problem}` };
  if (!("data" in request)) return command;
  const exact = read.exact as { readonly [M in Method]: { readonly data: unknown } };
  return { ...command, request: { ...request, data: exact[method].data } } as Command;
}

/** `.data`, say; empty where none of the fields is at fault by itself. */
function faultyField(request: object): string {
  const name = Object.entries(request).find(([, value]) => isFaulty(value))?.[0];
  return name === undefined ? "" : `.${name}`;
}

function isFaulty(value: unknown): boolean {
  try {
    return jsonProblem(JSON.stringify(value)) !== undefined;
  } catch {
    // Too deep to be written is too deep.
    return true;
  }
}

/** What every encoding has in common once an envelope is read: a known method, an id, and fields of the right types. */
export function checkCommand(envelope: Readonly<Record<string, unknown>>): Decoded {
  const names = Object.keys(envelope);
  if (names.length === 0) return { method: "pong" };
  // By what is there: to ask for each method takes longer than all else of a command's check.
  const said = names.filter(
    (name) => isMethodOrPing.has(name) && envelope[name] !== undefined && envelope[name] !== null,
  );
  const method = said.find((name) => name !== "ping") as Method | undefined;
  if (method === undefined) return malformed("no known method");
  // One id has one reply: a second method would be dropped without a word.
  if (said.length > 1) return malformed("more than one method");
  const id = envelope["id"] ?? 0;
  if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > idMax) return malformed("id is not an uint32");
  if (id === 0 && method !== "send") return malformed(`${method} without id`);
  const request = envelope[method];
  if (!validators[method]?.Check(request)) return malformed(`${method} has a field of the wrong type`);
  return { method, id, request } as Command;
}

export function malformed(problem: string): Decoded {
  return { method: "malformed", problem };
}
