import { hkdfSync } from "node:crypto";
import type { Settings } from "@switchyard/runtime/settings";
import { jwtVerify, SignJWT } from "jose";

/** Who has shown the password, for 12 hours. The state is in the cookie: any api process of the hub takes it. */
export interface OpsSessions {
  issue(): Promise<string>;
  isValid(token: string): Promise<boolean>;
}

export const sessionSeconds = 12 * 3600;

/** The audience keeps a client's token, should the secrets ever be the same, from opening the dashboards. */
const audience = "switchyard-ops";

/**
 * The signing key is derived from every secret of the settings: all processes agree on it, a new password ends all
 * sessions, and a stolen cookie does not let anybody guess at the password alone.
 */
export function createOpsSessions(settings: Pick<Settings, "ops" | "http_api" | "client">): OpsSessions {
  const secrets = JSON.stringify([settings.ops.password, settings.http_api.key, settings.client.token.hmac_secret_key]);
  const key = new Uint8Array(hkdfSync("sha256", secrets, "", audience, 32));
  return {
    issue: () =>
      new SignJWT()
        .setProtectedHeader({ alg: "HS256" })
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${sessionSeconds}s`)
        .sign(key),
    isValid: (token) =>
      jwtVerify(token, key, { algorithms: ["HS256"], audience, requiredClaims: ["exp"] }).then(
        () => true,
        () => false,
      ),
  };
}
