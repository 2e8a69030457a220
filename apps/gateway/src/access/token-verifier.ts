import type { Revocations } from "@switchyard/broker/revocation";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from "jose";
import { KeysUnavailableError } from "./jwks-source.ts";
import type { Claims } from "./token-claims.ts";
import {
  judgeConnectionToken,
  judgeConnectResult,
  judgeSubscriptionToken,
  type ConnectionToken,
  type Judged,
  type SubscriptionToken,
  type SubscriptionUse,
  type TokenMisuse,
} from "./token-kind.ts";
import { createRefusedTokenLog, type TokenUse } from "./refused-tokens.ts";
import { createTokenKeys, type TokenKeys } from "./token-keys.ts";
import { checkTokenShape } from "./token-shape.ts";

/**
 * JSON Web Tokens of clients (RFC 7519, checked as RFC 8725 advises): signed by a key of ours, of the kind its algorithm
 * needs, in time, for us, of the kind that is asked for, and not revoked. The cryptography is `jose`'s.
 */
export interface TokenVerifier {
  connection(token: string): Promise<Verdict<ConnectionToken>>;
  /** What a token would say that names this user, or nobody, and nothing else: for doors that take clients at their word. Revocations hold. */
  believe(user: string): Verdict<ConnectionToken>;
  /** What a back end said who was asked who connects; `invalid` where it makes no sense. Revocations hold. */
  vouch(result: Claims, issuedAtMs: number): Verdict<ConnectionToken>;
  subscription(token: string, use: SubscriptionUse): Promise<Verdict<SubscriptionToken>>;
}

export type Verdict<T> =
  | Judged<T>
  /** The SDK fetches a new token and tries again. */
  | { readonly kind: "expired" }
  /** A good token of a user who is blocked. */
  | { readonly kind: "blocked" }
  /** The issuer's keys cannot be had at the moment; trying again can work. */
  | { readonly kind: "unavailable"; readonly reason: string };

/** Who may have been shut out since the token was made. */
export interface TokenIdentity {
  readonly user: string;
  readonly tokenId: string;
  readonly issuedAtMs: number | undefined;
}

export interface TokenVerifierOptions {
  readonly client: Pick<Settings["client"], "token" | "subscription_token" | "disallow_anonymous_connection_tokens">;
  readonly revocations: Pick<Revocations, "isRevoked" | "isBlocked">;
  readonly logger: Pick<Logger, "warn">;
}

/** Clocks of token issuers may differ from ours by this much. */
const clockToleranceSeconds = 5;

/** @throws StartupError when a key of the settings cannot be used. */
export function createTokenVerifier({ client, revocations, logger }: TokenVerifierOptions): TokenVerifier {
  const { token, subscription_token, disallow_anonymous_connection_tokens: disallowsAnonymous } = client;
  const ofConnections = verifierOf(createTokenKeys(token, "client.token", logger), token);
  const ofSubscriptions = subscription_token.enabled
    ? verifierOf(createTokenKeys(subscription_token, "client.subscription_token", logger), subscription_token)
    : ofConnections;
  const policy = { userClaim: userClaimOf(token), allowsAnonymous: !disallowsAnonymous };
  const userClaim = userClaimOf(subscription_token.enabled ? subscription_token : token);

  function unlessRevoked<T extends TokenIdentity>(verdict: Verdict<T>): Verdict<T> {
    if (verdict.kind !== "valid") return verdict;
    if (revocations.isBlocked(verdict.claims.user)) return { kind: "blocked" };
    return revocations.isRevoked(verdict.claims) ? { kind: "invalid", reason: "revoked" } : verdict;
  }

  const tellRefused = createRefusedTokenLog(logger);
  function told<T>(use: TokenUse, verdict: Verdict<T>): Verdict<T> {
    tellRefused(use, verdict);
    return verdict;
  }

  return {
    async connection(text) {
      const verdict = await ofConnections(text, (claims) => judgeConnectionToken(claims, policy));
      return told("connection", unlessRevoked(verdict));
    },
    believe: (user) => unlessRevoked(judgeConnectionToken({ uid: user }, { userClaim: "uid", allowsAnonymous: true })),
    vouch(result, issuedAtMs) {
      const judged = judgeConnectResult(result, issuedAtMs);
      if (judged.kind !== "valid" || !revocations.isRevoked(judged.claims)) return judged;
      if (revocations.isBlocked(judged.claims.user)) return { kind: "blocked" };
      return { kind: "forbidden", reason: "this user is shut out" };
    },
    async subscription(text, use) {
      const verdict = await ofSubscriptions(text, (claims) => judgeSubscriptionToken(claims, userClaim, use));
      return told("subscription", unlessRevoked(verdict));
    },
  };
}

function userClaimOf(section: Settings["client"]["token"]): string {
  return section.user_id_claim || "sub";
}

type Judge<T> = (claims: Claims) => Judged<T>;

function verifierOf(keys: TokenKeys, section: Settings["client"]["token"]) {
  const expected = expectations(section);
  const patterns = patternsOf(section);

  return async function verify<T>(token: string, judge: Judge<T>): Promise<Verdict<T>> {
    const shape = checkTokenShape(token);
    if (typeof shape === "string") return { kind: "invalid", reason: shape };
    const { header } = shape;
    let failure = `no key for the algorithm ${header.alg}`;
    try {
      for (const key of await keys.keysFor(header)) {
        const payload = await verifyBy(key, token, { ...expected, algorithms: [header.alg] });
        if (payload !== undefined) {
          return refuseByPattern(payload, patterns) ?? judge({ ...payload, ...handedOn(shape.exactClaims) });
        }
        failure = "the signature does not verify";
      }
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { kind: "expired" };
      if (error instanceof KeysUnavailableError) return { kind: "unavailable", reason: error.message };
      failure = (error as Error).message;
    }
    return { kind: "invalid", reason: failure };
  };
}

/** What other clients or the back end are shown goes on as it was sent; the library has rounded its numbers. */
function handedOn(claims: Claims): Claims {
  return Object.fromEntries(
    ["info", "data", "meta", "subs"].flatMap((name) => (name in claims ? [[name, claims[name]]] : [])),
  );
}

function expectations(section: Settings["client"]["token"]): JWTVerifyOptions {
  return {
    clockTolerance: clockToleranceSeconds,
    ...(section.audience === "" ? {} : { audience: section.audience }),
    ...(section.issuer === "" ? {} : { issuer: section.issuer }),
    ...(section.require_exp ? { requiredClaims: ["exp"] } : {}),
  };
}

/** Undefined when another key may have signed it; everything else that is wrong is thrown. */
async function verifyBy(
  key: Parameters<typeof jwtVerify>[1],
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload | undefined> {
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
    throw error;
  }
}

interface Patterns {
  readonly audience: RegExp | undefined;
  readonly issuer: RegExp | undefined;
}

function patternsOf({ audience_regex, issuer_regex }: Settings["client"]["token"]): Patterns {
  return {
    audience: audience_regex === "" ? undefined : new RegExp(audience_regex),
    issuer: issuer_regex === "" ? undefined : new RegExp(issuer_regex),
  };
}

function refuseByPattern(payload: JWTPayload, { audience, issuer }: Patterns): TokenMisuse | undefined {
  const audiences = [payload.aud ?? []].flat();
  if (audience !== undefined && !audiences.some((name) => audience.test(name)))
    return { kind: "invalid", reason: "`aud` does not match" };
  if (issuer !== undefined && !issuer.test(payload.iss ?? ""))
    return { kind: "invalid", reason: "`iss` does not match" };
  return undefined;
}
