import type { FastifyRequest } from "fastify";
import { ApiError } from "../../errors/api-error.ts";

/**
 * Refuses a request that changes something unless the browser says it comes from one of our own pages. The cookie is
 * SameSite=Lax, not Strict: a link from a chat must find its reader logged in. So this is what keeps other sites out, and
 * another port of the same host, which counts as the same *site*. GET changes nothing.
 *
 * Either proof is enough: `Sec-Fetch-Site` is there on HTTPS and localhost, `Origin` everywhere but only comparable when the
 * proxy passes the Host header on unchanged.
 */
export function refuseOtherOrigins({ method, headers, host, routeOptions }: FastifyRequest): void {
  if (method === "GET" || method === "HEAD") return;
  // No form can send it, and a script of another site would have to ask first.
  if (routeOptions.url?.startsWith("/ops/api/") === true && headers["x-sy-console"] !== "1") {
    throw new ApiError("forbidden", "send the header `X-Sy-Console: 1` with every change under /ops/api");
  }
  const site = headers["sec-fetch-site"];
  if (site === "same-origin") return;
  if (site === undefined && headers.origin !== undefined && URL.parse(headers.origin)?.host === host) return;
  throw new ApiError(
    "forbidden",
    "this request did not come from a page of the dashboards; open /ops in the browser and act there",
  );
}
