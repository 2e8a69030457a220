import {
  readClaims,
  readConnectionClaims,
  readSubscriptionClaims,
  type Claims,
  type ConnectionBearer,
  type ConnectionClaims,
  type SubscriptionClaims,
} from "./token-claims.ts";

/**
 * What kind a token is, decided here and nowhere else: the two kinds may be signed by the same key, and one taken for the
 * other would let whoever was handed a channel connect as its user (RFC 8725 section 3.12).
 *
 * The claims decide, as in Centrifugo, so that its back ends need no new one: a token with `channel` is a subscription
 * token, one without is a connection token. A `channel` that is empty, null or no text is neither, where Centrifugo takes
 * an empty one for a connection token: a back end that leaves a name empty by mistake must not hand out a connection.
 *
 * The types are the guard. Only this file makes them, so no command can use claims that were not judged here.
 */
declare const kind: unique symbol;
type OfKind<Kind, T> = T & { readonly [kind]: Kind };

/** Opens a connection, or prolongs one. */
export type ConnectionToken = OfKind<"connection", ConnectionClaims>;
/** Opens one channel to a connection that is there already. */
export type SubscriptionToken = OfKind<"subscription", SubscriptionClaims>;
/** By what right a session is there: a connection token, or being allowed to come without. */
export type Credentials = OfKind<"connection", ConnectionBearer>;

export type Judged<T> = { readonly kind: "valid"; readonly claims: T } | TokenMisuse;

export type TokenMisuse =
  /** The reason is for logs, not for clients. */
  | { readonly kind: "invalid"; readonly reason: string }
  /** A good token, but not for this client. The reason may be told. */
  | { readonly kind: "forbidden"; readonly reason: string }
  /** A good token of another channel: a broken or hostile client, not a missing right. */
  | { readonly kind: "misplaced" };

export interface ConnectionPolicy {
  /** The claim that names the user. */
  readonly userClaim: string;
  /** Whether a token may name no user. */
  readonly allowsAnonymous: boolean;
}

/** What a subscription token is used for, and by whom. */
export interface SubscriptionUse {
  readonly channel: string;
  readonly user: string;
  /** The client id of the connection. */
  readonly client: string;
}

/** @param claims verified: signed by a key for connections, in time, for us */
export function judgeConnectionToken(claims: Claims, policy: ConnectionPolicy): Judged<ConnectionToken> {
  if (isForSubscription(claims)) return invalid("it names a `channel`, so it is not for connecting");
  const read = readClaims(() => readConnectionClaims(claims, policy.userClaim));
  if ("reason" in read) return invalid(read.reason);
  if (read.user === "" && !policy.allowsAnonymous) {
    return forbidden("the token names no user, and anonymous tokens are refused");
  }
  return { kind: "valid", claims: read as ConnectionToken };
}

/**
 * A token without a user is a bearer token: any client that was handed it may use it, as with a task that was enqueued for
 * no user in particular.
 *
 * @param claims verified: signed by a key for subscriptions, in time, for us
 */
export function judgeSubscriptionToken(
  claims: Claims,
  userClaim: string,
  use: SubscriptionUse,
): Judged<SubscriptionToken> {
  if (!isForSubscription(claims)) return invalid("it names no `channel`, so it is not for subscribing");
  const read = readClaims(() => readSubscriptionClaims(claims, userClaim));
  if ("reason" in read) return invalid(read.reason);
  if (read.channel !== use.channel) return { kind: "misplaced" };
  if (read.user !== "" && read.user !== use.user) return forbidden("the subscription token is of another user");
  if (read.client !== "" && read.client !== use.client) return forbidden("the subscription token is of another client");
  return { kind: "valid", claims: read as SubscriptionToken };
}

/**
 * What a back end answered that was asked who connects. It has the fields of a connection token, and is as good as one.
 *
 * @param issuedAtMs when it was asked: what was revoked before is forgiven by its answer
 */
export function judgeConnectResult(result: Claims, issuedAtMs: number): Judged<ConnectionToken> {
  const { user, expire_at, info, b64info, meta, channels, subs } = result;
  const said = Object.entries({ user, expire_at, info, b64info, meta, channels, subs });
  const claims = Object.fromEntries(said.filter(([, value]) => value !== undefined));
  const read = readClaims(() => readConnectionClaims(claims, "user"));
  if ("reason" in read) return invalid(read.reason);
  return { kind: "valid", claims: { ...read, issuedAtMs } as ConnectionToken };
}

/** Of a client without a token, where the settings allow it; and of one that has not connected yet. */
export const anonymous = {
  user: "",
  expiresAtMs: undefined,
  info: undefined,
  tokenId: "",
  issuedAtMs: undefined,
  meta: undefined,
} as Credentials;

/** Of a client whose back end has vouched for it by a signature of this very connection, which is no token. */
export function signedIn(bearer: Pick<ConnectionBearer, "user" | "info" | "issuedAtMs">): Credentials {
  return { ...anonymous, ...bearer } as Credentials;
}

/** A new token that says nothing of the back end's notes leaves those that the connection has. */
export function keepNotes(credentials: Credentials, { meta }: Credentials): Credentials {
  return meta === undefined || credentials.meta !== undefined ? credentials : { ...credentials, meta };
}

function isForSubscription(claims: Claims): boolean {
  return Object.hasOwn(claims, "channel");
}

function invalid(reason: string): TokenMisuse {
  return { kind: "invalid", reason };
}

function forbidden(reason: string): TokenMisuse {
  return { kind: "forbidden", reason };
}
