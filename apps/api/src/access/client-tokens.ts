import type { Settings } from "@switchyard/runtime/settings";
import { SignJWT, type JWTPayload } from "jose";
import { ApiError } from "../api-error.ts";

/**
 * Mints the JWTs gateways accept, with the secret they share (HS256). `aud` and `iss` are those the gateways ask for.
 * The claims are Centrifugo's: `sub` is the user, `channel` makes it a subscription token.
 */
export interface ClientTokens {
  /** Lets its holder connect as the user for an hour. `name` is shown to others as connection info. */
  forConnection(user: string, name?: string): Promise<string>;
  /** Lets its holder subscribe to one channel for a day, as the user or, when empty, as anybody. */
  forSubscription(user: string, channel: string): Promise<string>;
}

const connectionLife = "1h";
const subscriptionLife = "24h";

type TokenSettings = Pick<Settings["client"]["token"], "hmac_secret_key" | "audience" | "issuer">;

/** Undefined when no secret is configured: then gateways take no tokens of ours either. */
export function createClientTokens(token: TokenSettings): ClientTokens | undefined {
  if (token.hmac_secret_key === "") return undefined;
  const secret = new TextEncoder().encode(token.hmac_secret_key);
  const sign = (user: string, claims: JWTPayload, life: string) => {
    const jwt = new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).setSubject(user).setIssuedAt();
    if (token.audience !== "") jwt.setAudience(token.audience);
    if (token.issuer !== "") jwt.setIssuer(token.issuer);
    return jwt.setExpirationTime(life).sign(secret);
  };
  return {
    forConnection: (user, name) => sign(user, name === undefined ? {} : { info: { name } }, connectionLife),
    forSubscription: (user, channel) => sign(user, { channel }, subscriptionLife),
  };
}

/** For routes that are pointless without tokens. */
export function requireTokens(tokens: ClientTokens | undefined): ClientTokens {
  if (tokens !== undefined) return tokens;
  throw new ApiError(
    "not_configured",
    "tokens need a secret: set SWITCHYARD_TOKEN_SECRET (client.token.hmac_secret_key)",
  );
}
