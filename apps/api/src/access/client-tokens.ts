import { randomUUID } from "node:crypto";
import type { Settings } from "@switchyard/runtime/settings";
import { SignJWT, type JWTPayload } from "jose";
import { ApiError } from "../errors/api-error.ts";

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

type TokenSection = Pick<Settings["client"]["token"], "hmac_secret_key" | "audience" | "issuer" | "user_id_claim">;
export interface TokenSettings {
  readonly token: TokenSection;
  readonly subscription_token: TokenSection & { readonly enabled: boolean };
}

/** Undefined when a secret is missing: then gateways take no tokens of ours either. */
export function createClientTokens({ token, subscription_token }: TokenSettings): ClientTokens | undefined {
  const subscription = subscription_token.enabled ? subscription_token : token;
  if (token.hmac_secret_key === "" || subscription.hmac_secret_key === "") return undefined;
  return {
    forConnection: (user, name) => sign(token, user, name === undefined ? {} : { info: { name } }, connectionLife),
    forSubscription: (user, channel) => sign(subscription, user, { channel }, subscriptionLife),
  };
}

/** Every token has an id of its own, by which it can be revoked. */
function sign(section: TokenSection, user: string, claims: JWTPayload, life: string): Promise<string> {
  const { hmac_secret_key, audience, issuer, user_id_claim } = section;
  const jwt = new SignJWT({ ...claims, [user_id_claim || "sub"]: user, jti: randomUUID() })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt();
  if (audience !== "") jwt.setAudience(audience);
  if (issuer !== "") jwt.setIssuer(issuer);
  return jwt.setExpirationTime(life).sign(new TextEncoder().encode(hmac_secret_key));
}

/** For routes that are pointless without tokens. */
export function requireTokens(tokens: ClientTokens | undefined): ClientTokens {
  if (tokens !== undefined) return tokens;
  throw new ApiError(
    "not_configured",
    "tokens need a secret: set SWITCHYARD_TOKEN_SECRET (client.token.hmac_secret_key)",
  );
}
