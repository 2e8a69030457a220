import type { Method } from "./command.ts";
import type { ErrorName } from "./error-codes.ts";

/**
 * What becomes of every field a request of the protocol has. A field that is read by nothing would be ignored in silence,
 * and who filters for privacy would get everything; so each stands here, and a test compares the list with the schema the
 * SDK brings. A field that is not of the protocol is ignored, as the protocol asks of servers.
 */
export type FieldFate =
  /** In the request's schema, and used. */
  | "served"
  /** Not used, and why nobody is worse off for it. */
  | { readonly harmless: string }
  /** The command is refused with this error when the field says anything. */
  | { readonly refused: ErrorName };

type Fates = Readonly<Record<string, FieldFate>>;

const notAvailable = { refused: "notAvailable" } as const;
const ability = { harmless: "says what the client is able to do; the reply names what the server makes use of" };
const notAsked = { harmless: "words to the back end, which is not asked about a subscription it has made itself" };
/** Whole commands that are refused whatever they carry. */
const withItsCommand = { harmless: "the command as a whole is refused" };

/** How a client wishes to be subscribed; the same in `subscribe` and in each entry of `connect.subs`. */
const subscribing: Fates = {
  recover: "served",
  epoch: "served",
  offset: "served",
  positioned: "served",
  recoverable: "served",
  join_leave: "served",
  flag: "served",
  data: "served",
  delta: "served",
  tf: "served",
  // A plain subscription in place of any of these would hand out something else than was asked for.
  type: notAvailable,
  phase: notAvailable,
  cursor: notAvailable,
  limit: notAvailable,
  asc: notAvailable,
};

/** Of each entry of `connect.subs`. */
export const connectSubFields: Fates = {
  ...subscribing,
  data: notAsked,
  channel: { harmless: "the entry's key names the channel" },
  token: notAvailable,
  // What the server subscribes a client to is for the server to choose. Ignored, it would hand out more than was asked for.
  tf: notAvailable,
};

export const requestFields: Readonly<Record<Method, Fates>> = {
  connect: {
    token: "served",
    subs: "served",
    data: "served",
    headers: "served",
    name: "served",
    version: "served",
    flag: ability,
    profile: ability,
    dict: ability,
  },
  subscribe: { channel: "served", token: "served", ...subscribing },
  unsubscribe: { channel: "served" },
  publish: { channel: "served", data: "served", type: notAvailable, key: notAvailable, removed: notAvailable },
  presence: { channel: "served" },
  presence_stats: { channel: "served" },
  history: { channel: "served", limit: "served", since: "served", reverse: "served" },
  send: { data: withItsCommand },
  rpc: { method: withItsCommand, data: withItsCommand },
  refresh: { token: "served" },
  sub_refresh: { channel: "served", token: "served", type: notAvailable, track: notAvailable, untrack: notAvailable },
};

export interface UnservedField {
  /** As `connect.subs.feed:1.tf`. */
  readonly field: string;
  readonly error: ErrorName;
}

/** Of each method those that are refused, in the order of the list. */
const refusedOf = Object.fromEntries(
  Object.entries(requestFields).map(([method, fates]) => [method, refusedIn(fates)]),
) as { readonly [method in Method]: readonly RefusedField[] };
const refusedOfConnectSubs = refusedIn(connectSubFields);

interface RefusedField {
  readonly name: string;
  readonly error: ErrorName;
}

function refusedIn(fates: Fates): readonly RefusedField[] {
  return Object.entries(fates).flatMap(([name, fate]) =>
    typeof fate === "object" && "refused" in fate ? [{ name, error: fate.refused }] : [],
  );
}

/** The first field of a request the hub does not serve; undefined when all it says is served or harmless. */
export function findUnservedField(method: Method, request: object): UnservedField | undefined {
  const own = findRefused(refusedOf[method], request, method);
  if (own !== undefined || method !== "connect") return own;
  const { subs = {} } = request as { readonly subs?: Readonly<Record<string, object>> };
  for (const [channel, entry] of Object.entries(subs)) {
    const refused = findRefused(refusedOfConnectSubs, entry, `connect.subs.${channel}`);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** Looks for the few that are refused, not at all that is said: most methods have none. */
function findRefused(refused: readonly RefusedField[], request: object, path: string): UnservedField | undefined {
  const found = refused.find(({ name }) => Object.hasOwn(request, name) && saysSomething(request[name as never]));
  return found === undefined ? undefined : { field: `${path}.${found.name}`, error: found.error };
}

/** The protocol's zero values are the same as nothing; an object says something even when it is empty. */
function saysSomething(value: unknown): boolean {
  const isZero = value === undefined || value === null || value === false || value === 0 || value === "";
  return !isZero && !(Array.isArray(value) && value.length === 0);
}
