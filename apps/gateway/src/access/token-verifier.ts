import type { Settings } from "@switchyard/runtime/settings";
import { errors, jwtVerify, type JWTPayload } from "jose";

/**
 * JSON Web Tokens of clients, HMAC-SHA2 (RFC 7518 section 3.2), checked by `jose`. A token names its algorithm, but only
 * those below are accepted, so neither `none` nor a public key used as a secret gets through (RFC 8725 section 3.1).
 */
export interface TokenVerifier {
  connection(token: string): Promise<Verdict<ConnectionClaims>>;
  subscription(token: string): Promise<Verdict<SubscriptionClaims>>;
}

export type Verdict<T> =
  | { readonly kind: "valid"; readonly claims: T }
  /** The SDK fetches a new token and tries again. */
  | { readonly kind: "expired" }
  | { readonly kind: "invalid"; readonly reason: string };

/** `expiresAtMs` undefined: the token does not expire. `info` is shown to other clients. */
export interface ConnectionClaims {
  readonly user: string;
  readonly expiresAtMs: number | undefined;
  readonly info: unknown;
}

export interface SubscriptionClaims {
  readonly user: string;
  readonly channel: string;
}

const algorithms = ["HS256", "HS384", "HS512"];
/** Clocks of token issuers may differ from ours by this much. */
const clockToleranceSeconds = 5;

export function createTokenVerifier(section: Settings["client"]["token"]): TokenVerifier {
  const secret = new TextEncoder().encode(section.hmac_secret_key);
  const expected = {
    algorithms,
    clockTolerance: clockToleranceSeconds,
    ...(section.audience === "" ? {} : { audience: section.audience }),
    ...(section.issuer === "" ? {} : { issuer: section.issuer }),
  };

  async function verify<T>(token: string, read: (payload: JWTPayload) => T | string): Promise<Verdict<T>> {
    if (secret.length === 0) return { kind: "invalid", reason: "no token secret is configured" };
    try {
      const { payload } = await jwtVerify(token, secret, expected);
      const claims = read(payload);
      return typeof claims === "string" ? { kind: "invalid", reason: claims } : { kind: "valid", claims };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { kind: "expired" };
      return { kind: "invalid", reason: (error as Error).message };
    }
  }

  return {
    connection: (token) =>
      verify(token, ({ sub = "", exp, ["info"]: info }) => ({
        user: sub,
        expiresAtMs: exp === undefined ? undefined : exp * 1_000,
        info,
      })),
    subscription: (token) =>
      verify(token, ({ sub = "", ["channel"]: channel }) =>
        typeof channel === "string" ? { user: sub, channel } : "the claim `channel` is missing",
      ),
  };
}
