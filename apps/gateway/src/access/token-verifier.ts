import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from "jose";
import { KeysUnavailableError } from "./jwks-source.ts";
import {
  readClaims,
  readConnectionClaims,
  readSubscriptionClaims,
  type ConnectionClaims,
  type SubscriptionClaims,
} from "./token-claims.ts";
import { createTokenKeys, type TokenKeys } from "./token-keys.ts";
import { checkTokenShape } from "./token-shape.ts";

/**
 * JSON Web Tokens of clients (RFC 7519, checked as RFC 8725 advises): signed by a key of ours, of the kind its algorithm
 * needs, in time, for us, and not revoked. The cryptography is `jose`'s.
 */
export interface TokenVerifier {
  connection(token: string): Promise<Verdict<ConnectionClaims>>;
  subscription(token: string): Promise<Verdict<SubscriptionClaims>>;
}

export type Verdict<T> =
  | { readonly kind: "valid"; readonly claims: T }
  /** The SDK fetches a new token and tries again. */
  | { readonly kind: "expired" }
  /** The reason is for logs, not for clients. */
  | { readonly kind: "invalid"; readonly reason: string }
  /** The issuer's keys cannot be had at the moment; trying again can work. */
  | { readonly kind: "unavailable"; readonly reason: string };

/** Who may have been shut out since the token was made. */
export interface TokenIdentity {
  readonly user: string;
  readonly tokenId: string;
  readonly issuedAtMs: number | undefined;
}

export interface TokenVerifierOptions {
  readonly client: Pick<Settings["client"], "token" | "subscription_token">;
  readonly isRevoked: (identity: TokenIdentity) => boolean;
  readonly logger: Pick<Logger, "warn">;
}

/** Clocks of token issuers may differ from ours by this much. */
const clockToleranceSeconds = 5;

/** @throws StartupError when a key of the settings cannot be used. */
export function createTokenVerifier({ client, isRevoked, logger }: TokenVerifierOptions): TokenVerifier {
  const ofConnections = verifierOf(createTokenKeys(client.token, "client.token", logger), client.token);
  const ofSubscriptions = client.subscription_token.enabled
    ? verifierOf(
        createTokenKeys(client.subscription_token, "client.subscription_token", logger),
        client.subscription_token,
      )
    : ofConnections;

  function unlessRevoked<T extends TokenIdentity>(verdict: Verdict<T>): Verdict<T> {
    const isGood = verdict.kind !== "valid" || !isRevoked(verdict.claims);
    return isGood ? verdict : { kind: "invalid", reason: "revoked" };
  }

  return {
    connection: async (token) => unlessRevoked(await ofConnections(token, readConnectionClaims)),
    subscription: async (token) => unlessRevoked(await ofSubscriptions(token, readSubscriptionClaims)),
  };
}

type Read<T> = (claims: Readonly<Record<string, unknown>>, userClaim: string) => T;

function verifierOf(keys: TokenKeys, section: Settings["client"]["token"]) {
  const userClaim = section.user_id_claim || "sub";
  const expected = expectations(section);
  const patterns = patternsOf(section);

  return async function verify<T extends object>(token: string, read: Read<T>): Promise<Verdict<T>> {
    const header = checkTokenShape(token);
    if (typeof header === "string") return { kind: "invalid", reason: header };
    let failure = `no key for the algorithm ${header.alg}`;
    try {
      for (const key of await keys.keysFor(header)) {
        const payload = await verifyBy(key, token, { ...expected, algorithms: [header.alg] });
        if (payload !== undefined) return judge(payload, (claims) => read(claims, userClaim), patterns);
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

function judge<T extends object>(
  payload: JWTPayload,
  read: (claims: Readonly<Record<string, unknown>>) => T,
  { audience, issuer }: Patterns,
): Verdict<T> {
  const audiences = [payload.aud ?? []].flat();
  if (audience !== undefined && !audiences.some((name) => audience.test(name)))
    return { kind: "invalid", reason: "`aud` does not match" };
  if (issuer !== undefined && !issuer.test(payload.iss ?? ""))
    return { kind: "invalid", reason: "`iss` does not match" };
  const claims = readClaims(read, payload);
  return "reason" in claims ? { kind: "invalid", reason: claims.reason } : { kind: "valid", claims };
}
