import { findIdFault, tokenIdMaxBytes, userIdMaxBytes } from "@switchyard/protocol/id-fault";
import { overridableOptions, type OptionOverride } from "@switchyard/broker/channel-rules";
import { isExactNumber } from "@switchyard/protocol/exact-json";
import { metaMaxBytes } from "@switchyard/broker/node-command";
import { readJson, type ReadJson } from "@switchyard/protocol/read-json";

/** What a connection token says of its bearer; the part a session keeps. */
export interface ConnectionBearer {
  /** Empty for the anonymous user. */
  readonly user: string;
  /** Undefined: the connection does not expire. */
  readonly expiresAtMs: number | undefined;
  /** Shown to other clients. */
  readonly info: unknown;
  /** Claim `jti`; empty when there is none. */
  readonly tokenId: string;
  readonly issuedAtMs: number | undefined;
  /** The back end's own notes about the connection; never sent to any client. */
  readonly meta: unknown;
  /** Who sees to it that it goes on when it expires: the client, by a new token, where it is not said. */
  readonly refreshedBy?: RefreshedBy | undefined;
}

/** `server`: the back end is asked; `nobody`: it ends. */
export type RefreshedBy = "server" | "nobody";

/** `subscriptions` are made by the server at connect, whatever the namespaces allow. */
export interface ConnectionClaims extends ConnectionBearer {
  readonly subscriptions: ReadonlyMap<string, GrantedSubscription>;
}

export interface GrantedSubscription {
  /** Shown to other subscribers of the channel. */
  readonly info?: unknown;
  /** Handed to the client in the subscribe result. */
  readonly data?: unknown;
  /** `{"force_recovery": {"value": true}}` in the token. */
  readonly override?: OptionOverride;
}

export interface SubscriptionClaims extends GrantedSubscription {
  /** Empty: a bearer token, good for whoever was handed it. */
  readonly user: string;
  readonly channel: string;
  /** The one connection it is for, by its client id; empty: any connection of its user. */
  readonly client: string;
  readonly expiresAtMs: number | undefined;
  readonly tokenId: string;
  readonly issuedAtMs: number | undefined;
}

export type Claims = Readonly<Record<string, unknown>>;

/** A reason to refuse the token; caught by {@link readClaims} only. */
class ClaimProblem extends Error {}

/** Runs a reader over verified claims. @returns what it read, or the reason to refuse the token */
export function readClaims<T>(read: () => T): T | { readonly reason: string } {
  try {
    return read();
  } catch (error) {
    if (error instanceof ClaimProblem) return { reason: error.message };
    throw error;
  }
}

/** @param userClaim which claim names the user */
export function readConnectionClaims(claims: Claims, userClaim: string): ConnectionClaims {
  return {
    user: readUser(claims, userClaim),
    ...readCommon(claims),
    info: readInfo(claims),
    meta: readMeta(claims),
    subscriptions: readSubscriptions(claims),
  };
}

export function readSubscriptionClaims(claims: Claims, userClaim: string): SubscriptionClaims {
  const { ["channel"]: channel, ["client"]: client = "" } = claims;
  if (typeof channel !== "string" || channel === "") throw new ClaimProblem("`channel` is not a name");
  if (typeof client !== "string") throw new ClaimProblem("`client` is not text");
  return { user: readUser(claims, userClaim), channel, client, ...readCommon(claims), ...readGrant(claims) };
}

function readUser(claims: Claims, userClaim: string): string {
  const { [userClaim]: user = "" } = claims;
  // What `$user?->id` leaves where nobody is logged in: taken for a missing one, the token would be anybody's.
  if (user === null) throw new ClaimProblem(`\`${userClaim}\` is null; leave it out for the anonymous user`);
  if (typeof user !== "string") throw new ClaimProblem(`\`${userClaim}\` is not text`);
  requireId(user, userClaim, userIdMaxBytes);
  return user;
}

function readCommon(claims: Claims) {
  const { ["jti"]: tokenId = "", ["expire_at"]: expireAt = claims["exp"] } = claims;
  if (typeof tokenId !== "string") throw new ClaimProblem("`jti` is not text");
  requireId(tokenId, "jti", tokenIdMaxBytes);
  for (const name of ["exp", "nbf", "iat", "expire_at"]) requireSeconds(claims[name], name);
  if (expireAt !== undefined && !isTime(expireAt)) throw new ClaimProblem("`expire_at` is not a time in seconds");
  return {
    // An `expire_at` of 0 means that the connection outlives the token.
    expiresAtMs: expireAt === undefined || expireAt === 0 ? undefined : expireAt * 1_000,
    tokenId,
    issuedAtMs: issuedAt(claims["iat"]),
  };
}

/** A clock may be a little ahead of ours. */
const clockToleranceMs = 5_000;

/**
 * No token was issued in the future. One that says so would outlive every revocation of its user until then, so it counts as
 * one that does not say when.
 */
function issuedAt(iat: unknown): number | undefined {
  if (!isTime(iat)) return undefined;
  const ms = iat * 1_000;
  return ms > Date.now() + clockToleranceMs ? undefined : ms;
}

function requireId(id: string, name: string, maxBytes: number): void {
  const fault = findIdFault(id, maxBytes);
  if (fault !== undefined) throw new ClaimProblem(`\`${name}\` ${fault}`);
}

/** A time beyond the year 5000 is one in milliseconds: taken for seconds, the token would be good for ever. */
const secondsMax = 100_000_000_000;

function requireSeconds(time: unknown, name: string): void {
  if (typeof time === "number" && time >= secondsMax) {
    throw new ClaimProblem(`\`${name}\` looks like milliseconds; it is a time in seconds`);
  }
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** `channels` lists names, `subs` says more about each; a channel may stand in both. */
function readSubscriptions({ channels = [], subs = {} }: Claims): ReadonlyMap<string, GrantedSubscription> {
  if (!Array.isArray(channels) || !channels.every((name) => typeof name === "string")) {
    throw new ClaimProblem("`channels` is not a list of names");
  }
  const granted = new Map<string, GrantedSubscription>(channels.map((name) => [name, {}]));
  for (const [name, grant] of Object.entries(readObject(subs, "subs"))) {
    granted.set(name, readServerGrant(readObject(grant, `subs.${name}`)));
  }
  return granted;
}

/** `cache_recover` is the option `auto_cache_recover` for this subscription; it takes nothing away where the namespace has that. */
function readServerGrant(claims: Claims): GrantedSubscription {
  const grant = readGrant(claims);
  if (claims["cache_recover"] !== true) return grant;
  return { ...grant, override: { ...grant.override, auto_cache_recover: true } };
}

export function readGrant(claims: Claims): GrantedSubscription {
  const info = readInfo(claims);
  const data = claims["b64data"] === undefined ? claims["data"] : decodeBase64(claims["b64data"], "b64data");
  const overrides = readObject(claims["override"] ?? {}, "override");
  const override = Object.fromEntries(
    overridableOptions.flatMap((option) => {
      const value = overrides[option] === undefined ? undefined : readObject(overrides[option], option)["value"];
      return typeof value === "boolean" ? [[option, value]] : [];
    }),
  );
  return {
    ...(info === undefined ? {} : { info }),
    ...(data === undefined ? {} : { data }),
    ...(Object.keys(override).length === 0 ? {} : { override }),
  };
}

export function readInfo(claims: Claims): unknown {
  return claims["b64info"] === undefined ? claims["info"] : decodeBase64(claims["b64info"], "b64info");
}

/** The back end's notes: an object, as all who change them find it, and as large as they may become. */
export function readMeta({ meta }: Claims): unknown {
  if (meta === undefined || meta === null) return undefined;
  const notes = readObject(meta, "meta");
  const bytes = Buffer.byteLength(JSON.stringify(notes));
  if (bytes > metaMaxBytes) throw new ClaimProblem(`\`meta\` has ${bytes} bytes as JSON; ${metaMaxBytes} is the most`);
  return notes;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Base64 of JSON: other clients get it as JSON. */
function decodeBase64(value: unknown, name: string): unknown {
  if (typeof value !== "string") throw new ClaimProblem(`\`${name}\` is not text`);
  if (value === "") return undefined;
  let read: ReadJson;
  try {
    read = readJson(utf8.decode(Buffer.from(value, "base64")));
  } catch {
    throw new ClaimProblem(`\`${name}\` is not base64 of JSON`);
  }
  if ("problem" in read) throw new ClaimProblem(`\`${name}\`: ${read.problem}`);
  return read.exact;
}

function readObject(value: unknown, name: string): Claims {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !isExactNumber(value))
    return value as Claims;
  // PHP encodes an empty map as an empty list.
  if (Array.isArray(value) && value.length === 0) return {};
  throw new ClaimProblem(`\`${name}\` is not an object`);
}
