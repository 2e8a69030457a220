import type { FastifyRequest } from "fastify";
import { ApiError } from "../errors/api-error.ts";

/**
 * Refuses a request that changes something unless the browser says it comes from one of our own pages. The cookie is
 * SameSite=Strict already; this also covers another port of the same host, which counts as the same *site*.
 *
 * Either proof is enough: `Sec-Fetch-Site` is there on HTTPS and localhost, `Origin` everywhere but only comparable when the
 * proxy passes the Host header on unchanged.
 */
export async function refuseOtherOrigins({ method, headers, host }: FastifyRequest): Promise<void> {
  if (method === "GET" || method === "HEAD") return;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin") return;
  if (site === undefined && headers.origin !== undefined && URL.parse(headers.origin)?.host === host) return;
  throw new ApiError(
    "forbidden",
    "this request did not come from a page of the dashboards; open /ops in the browser and act there",
  );
}
