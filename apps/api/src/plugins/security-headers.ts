import manifest from "../../package.json" with { type: "json" };
import type { Scope } from "../scope.ts";

/** For replies that are not pages: nothing may be loaded, run or framed. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'";

/**
 * Headers every reply starts with, beside `x-request-id`; pages replace the policy with their own. Strict-Transport-Security is left
 * to whoever ends TLS: only that proxy knows whether the whole host is HTTPS.
 *
 * There are no CORS headers: the API key belongs to back ends, and a browser that could call `/api` would have to hold it.
 */
export const securityHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": apiPolicy,
  "cache-control": "no-store",
  // For client libraries that know from which version on the hub can do what they are asked for.
  "switchyard-version": manifest.version,
} as const;

export function setSecurityHeaders(app: Scope): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers({ ...securityHeaders, "x-request-id": request.id });
    done();
  });
}
