import * as openid from "openid-client";

/** Codes of the library for answers that were judged, and what is told of them. */
const meanings: Readonly<Record<string, string>> = {
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED:
    "the ID token has expired, a clock is wrong, or the login there is older than was asked for",
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: "the ID token is for somebody else, or not an answer to this login",
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED:
    "the provider names itself otherwise than `ops.oidc.issuer`, or its user info is of somebody else",
  OAUTH_KEY_SELECTION_FAILED: "no key of the provider has signed the ID token",
  OAUTH_INVALID_RESPONSE: "it does not belong to this login, or is not well-formed",
  OAUTH_UNSUPPORTED_OPERATION: "the ID token is signed in a way that is not supported",
};

/**
 * What was wrong with what the provider has sent, for people and for the audit: no token and no text of a stranger is in it.
 * @returns undefined when the provider has not answered, or not as one that works
 */
export function tellRefusal(error: unknown): string | undefined {
  if (error instanceof openid.AuthorizationResponseError) return `it says \`${plainCode(error.error)}\``;
  if (error instanceof openid.ResponseBodyError) {
    return error.status >= 500 ? undefined : `it refuses what it has given out, \`${plainCode(error.error)}\``;
  }
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  // It has refused in words of its own.
  if (cause instanceof Response && cause.status >= 400 && cause.status < 500) {
    return `it refuses what it has given out, with status ${cause.status}`;
  }
  return typeof code === "string" && Object.hasOwn(meanings, code) ? withClaim(meanings[code] ?? "", error) : undefined;
}

/** Codes of OAuth are words; anything else is not repeated. */
const plainCode = (code: string) => (/^[a-z_]{1,64}$/.test(code) ? code : "an error");

/** The library says in its causes which claim it was. */
function withClaim(meaning: string, error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; depth < 3; depth += 1) {
    const { claim, cause } = (at ?? {}) as { readonly claim?: unknown; readonly cause?: unknown };
    if (typeof claim === "string" && /^[a-z_]{1,32}$/.test(claim)) return `${meaning} (\`${claim}\`)`;
    at = cause;
  }
  return meaning;
}
