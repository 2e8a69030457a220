import { randomUUID } from "node:crypto";
import type { Settings } from "@switchyard/runtime/settings";
import { SignJWT } from "jose";

/** For how long a task that was begun by a client can be watched with its token; by its user it can be always. */
const life = "24h";

/**
 * Mints the token by which a client may subscribe to the channel of a task it has begun: with the secret, `aud` and `iss` that this
 * gateway itself asks for, as the api does for tasks enqueued over HTTP. Undefined without a secret.
 */
export function createTaskTokens({
  token,
  subscription_token,
}: Pick<Settings["client"], "token" | "subscription_token">):
  | ((user: string, channel: string) => Promise<string>)
  | undefined {
  const section = subscription_token.enabled ? subscription_token : token;
  const { hmac_secret_key: secret, audience, issuer, user_id_claim } = section;
  if (secret === "") return undefined;
  return (user, channel) => {
    const jwt = new SignJWT({ channel, [user_id_claim || "sub"]: user, jti: randomUUID() })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuedAt();
    if (audience !== "") jwt.setAudience(audience);
    if (issuer !== "") jwt.setIssuer(issuer);
    return jwt.setExpirationTime(life).sign(new TextEncoder().encode(secret));
  };
}
