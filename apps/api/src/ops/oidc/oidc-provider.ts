import type { Settings } from "@switchyard/runtime/settings";
import * as openid from "openid-client";
import { shareReading } from "../../share-reading.ts";

/** A login on its way: what the browser keeps until it comes back, and the answer is held against. */
export interface OidcFlow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where to go then. */
  readonly next: string;
  /** Somebody who is logged in shows again who they are. */
  readonly isProof: boolean;
}

export interface AskedLogin {
  /** Somebody who is logged in shows again who they are. */
  readonly isProof: boolean;
  /** Whoever the provider knows already is not who wants to come in. */
  readonly isOther: boolean;
}

export type Claims = Readonly<Record<string, unknown>>;

/** The provider, as far as logins need it. Everything rejects when it does not answer. */
export interface OidcProvider {
  /** @returns where the browser goes, and what it keeps */
  begin(next: string, asked: AskedLogin): Promise<{ readonly url: string; readonly flow: OidcFlow }>;
  /**
   * Trades what the provider has sent for what it says of somebody, signatures, times, audience, nonce and state checked.
   * @param path with query, as the browser came back
   * @param enough whether the claims of the ID token suffice; else those of the user info are added
   */
  finish(path: string, flow: OidcFlow, enough: (claims: Claims) => boolean): Promise<Claims>;
  /** Where its own login is ended; undefined where it has no such place. */
  endUrl(): Promise<string | undefined>;
}

export const oidcBackPath = "/ops/login/oidc/back";

/** A provider that hangs must not hold those who wait for the password form. */
const timeoutSeconds = 5;
const freshMs = 60_000;
/** Of a login that proves who somebody is. */
const proofMaxAgeSeconds = 300;

/**
 * Its metadata are read when they are needed: a provider that is away at the start of the api is back by itself. Whoever comes back is judged
 * by metadata and keys of that very moment, so keys that were changed are no trouble; who only begins shares a reading of the last minute.
 */
export function createOidcProvider({ oidc, public_url }: Pick<Settings["ops"], "oidc" | "public_url">): OidcProvider {
  const { issuer, client_id, client_secret, scope } = oidc;
  const hub = public_url.replace(/\/$/, "");
  const redirect_uri = hub + oidcBackPath;
  // Signatures are checked though the answer comes straight from the provider: TLS may end in front of it.
  const execute = [openid.enableNonRepudiationChecks];
  // The settings allow plain HTTP on this machine alone.
  if (issuer.startsWith("http:")) execute.push(openid.allowInsecureRequests);
  const discover = () =>
    openid.discovery(new URL(issuer), client_id, client_secret, undefined, { execute, timeout: timeoutSeconds });
  const shared = shareReading(discover, freshMs);

  return {
    async begin(next, { isProof, isOther }) {
      const [state, nonce, verifier] = [openid.randomState(), openid.randomNonce(), openid.randomPKCECodeVerifier()];
      const parameters = {
        redirect_uri,
        scope,
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...((isProof || isOther) && { prompt: "login" }),
        ...(isProof && { max_age: String(proofMaxAgeSeconds) }),
      };
      const url = openid.buildAuthorizationUrl(await shared.now(), parameters).href;
      return { url, flow: { state, nonce, verifier, next, isProof } };
    },
    async finish(path, { state, nonce, verifier, isProof }, enough) {
      const provider = await discover();
      const tokens = await openid.authorizationCodeGrant(provider, new URL(hub + path), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
        ...(isProof && { maxAge: proofMaxAgeSeconds }),
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error("there is no ID token");
      if (enough(claims) || provider.serverMetadata().userinfo_endpoint === undefined) return claims;
      return { ...(await openid.fetchUserInfo(provider, tokens.access_token, claims.sub)), ...claims };
    },
    async endUrl() {
      const provider = await shared.now();
      if (provider.serverMetadata().end_session_endpoint === undefined) return undefined;
      return openid.buildEndSessionUrl(provider, { post_logout_redirect_uri: `${hub}/ops/login` }).href;
    },
  };
}
